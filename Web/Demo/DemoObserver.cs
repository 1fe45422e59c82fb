
namespace PipelineAspire.Web.Demo;

/// <summary>Looks at everything once for all open demo pages, at most every <see cref="FreshFor"/>.</summary>
internal sealed class DemoObserver(DemoReplicas replicas, DemoBackend backend, StreamGate gate, Proof proof, TimeProvider timeProvider) : IDisposable
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromMilliseconds(400);

    private readonly SemaphoreSlim _looking = new(1);
    private (IReadOnlyList<ReplicaView> Replicas, BackendView? Backend, long At)? _seen;

    public async Task<DemoState> StateAsync(CancellationToken cancellationToken)
    {
        await _looking.WaitAsync(cancellationToken);
        try
        {
            if (_seen is not { } seen || timeProvider.GetElapsedTime(seen.At) > FreshFor)
            {
                var (ofReplicas, ofBackend) = (replicas.LookAsync(cancellationToken), backend.LookAsync(cancellationToken));
                _seen = seen = (await ofReplicas, await ofBackend, timeProvider.GetTimestamp());
            }

            return new DemoState(
                seen.Replicas, seen.Backend, new GateView((long)gate.SwallowsFor.TotalMilliseconds, (long)gate.RefusesFor.TotalMilliseconds), proof.View());
        }
        finally
        {
            _looking.Release();
        }
    }

    public void Dispose() => _looking.Dispose();
}
