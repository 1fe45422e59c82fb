using System.Security.Cryptography;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>The lease of a replica that works alone: always to be had.</summary>
public sealed class UncontendedLease : IPollLease
{
    public ValueTask<PollTerm> AcquireAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var epoch = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        return ValueTask.FromResult(new PollTerm(epoch, CancellationToken.None));
    }

    public ValueTask ReleaseAsync(PollTerm term) => ValueTask.CompletedTask;
}
