namespace PipelineAspire.StatusStream.Polling;

/// <summary>The right to poll, held by one replica at a time.</summary>
public interface IPollLease
{
    /// <summary>Waits until polling is this replica's, and draws an epoch for it.</summary>
    ValueTask<PollTerm> AcquireAsync(CancellationToken cancellationToken);

    /// <summary>Gives the lease back at once, so that another replica need not wait for it to run out.</summary>
    ValueTask ReleaseAsync(PollTerm term);
}

/// <summary>One holding of the lease.</summary>
/// <param name="Epoch">Random, and different for every term of any replica.</param>
/// <param name="Lost">Cancelled as soon as this replica can no longer be sure to hold the lease.</param>
public sealed record PollTerm(ulong Epoch, CancellationToken Lost);
