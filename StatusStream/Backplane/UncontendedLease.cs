using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Backplane;

/// <summary>The lease of a replica that works alone: always to be had.</summary>
internal sealed class UncontendedLease : IPollLease
{
    public ValueTask<PollTerm> AcquireAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(new PollTerm(StatusVersion.NewEpoch(), CancellationToken.None));
    }

    public ValueTask ReleaseAsync(PollTerm term, bool stepsAside = false) => ValueTask.CompletedTask;
}
