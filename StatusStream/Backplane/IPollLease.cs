namespace PipelineAspire.StatusStream.Backplane;

/// <summary>The right to poll, held by one replica at a time.</summary>
internal interface IPollLease
{
    /// <summary>Waits until polling is this replica's, and draws an epoch for it.</summary>
    ValueTask<LeaseTerm> AcquireAsync(CancellationToken cancellationToken);

    /// <summary>Gives the lease back at once, so that another replica need not wait for it to run out.</summary>
    /// <param name="term">The term that is over.</param>
    /// <param name="stepsAside">True when another replica should have it next.</param>
    ValueTask ReleaseAsync(LeaseTerm term, bool stepsAside = false);
}
