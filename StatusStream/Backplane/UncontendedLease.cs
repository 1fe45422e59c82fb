using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Backplane;

/// <summary>The lease of a replica that works alone: always to be had.</summary>
internal sealed class UncontendedLease : IPollLease
{
    public ValueTask<LeaseTerm> AcquireAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(new LeaseTerm(StatusVersion.NewEpoch(), CancellationToken.None));
    }

    public ValueTask ReleaseAsync(LeaseTerm term, bool stepsAside = false) => ValueTask.CompletedTask;
}
