using PipelineAspire.StatusStream.Backplane.Upstream;
using PipelineAspire.StatusStream.Simulation.Tests.World;

namespace PipelineAspire.StatusStream.Simulation.Tests.Relays;

/// <summary>A relay's connections to other hubs, over a network that delays, and breaks with or without a word. What comes, comes in order.</summary>
internal sealed class UpstreamLink(Process process, KnownVersions versions, Func<IHub?> choose, VirtualClock clock, Random random, Action<string> note) : IUpstream
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private SimulatedStream? _stream;

    /// <summary>The longest that something takes on its way.</summary>
    public TimeSpan Slowest { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>True while nothing gets through, either way.</summary>
    public bool IsCut { get; set; }

    /// <summary>The hub whose stream it has; null for none.</summary>
    public IHub? Hub => _stream?.Hub;

    public Process Process => process;

    public VirtualClock Clock => clock;

    public KnownVersions Versions => versions;

    public void Note(string what) => note(what);

    public async Task<IUpstreamStream> OpenAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        var hub = choose() ?? throw new UpstreamException("there is no hub");
        var stream = new SimulatedStream(this, hub);
        note($"asks {hub.Name} for a stream from {request.LastEventId}, knowing {request.Known:x16}");
        await AskAsync(hub, () =>
        {
            _ = stream.ServeAsync(request);
            return Task.FromResult(true);
        });
        return _stream = stream;
    }

    public ValueTask NotifyAsync(IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<ReadOnlyMemory<byte>?> FindDocumentAsync(string pipelineId, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ReadOnlyMemory<byte>?>(null);

    /// <summary>The connection breaks; only a word of it makes that known at once.</summary>
    public void Break(bool isNoticed) => _stream?.Break(isNoticed);

    public TimeSpan Latency() => Slowest * random.NextDouble();

    /// <summary>A request and its answer.</summary>
    /// <exception cref="UpstreamException">No answer came in time.</exception>
    public async Task<T> AskAsync<T>(IHub hub, Func<Task<T>> act)
    {
        var answer = new TaskCompletionSource<T>();
        clock.Schedule(Patience, () => process.Run(() => answer.TrySetException(new UpstreamException("no answer"))));
        if (!IsCut) clock.Schedule(Latency(), () => hub.Process.Run(() => _ = ActAsync()));
        return await answer.Task;

        async Task ActAsync()
        {
            var result = await act();
            if (!IsCut) clock.Schedule(Latency(), () => process.Run(() => answer.TrySetResult(result)));
        }
    }
}
