using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Backplane.Sharing;
using PipelineAspire.StatusStream.Simulation.Tests.World;

namespace PipelineAspire.StatusStream.Simulation.Tests.Shared;

/// <summary>How badly a link behaves.</summary>
/// <param name="Loss">How likely a message, a request or an answer is lost, 0 to 1.</param>
/// <param name="Repeat">How likely a message comes twice.</param>
/// <param name="Slowest">The longest a message takes; each takes its own time, so they overtake one another.</param>
internal sealed record LinkWeather(double Loss, double Repeat, TimeSpan Slowest)
{
    public static LinkWeather Fair { get; } = new(0, 0, TimeSpan.FromMilliseconds(2));
}

/// <summary>One replica's connection to the model of Redis, over a network that loses, delays, repeats and reorders.</summary>
internal sealed class ModelLink : ISharedState
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(1);

    private readonly ModelRedis _redis;
    private readonly Process _process;
    private readonly VirtualClock _clock;
    private readonly Random _random;
    private readonly Dictionary<SharedCommand, TaskCompletionSource> _stalls = [];

    public ModelLink(ModelRedis redis, Process process, VirtualClock clock, Random random)
    {
        (_redis, _process, _clock, _random) = (redis, process, clock, random);
        redis.Connect(this);
    }

    public event Action<PollUpdate>? Updated;

    public event Action<PollRequest>? Requested;

    public event Action? LeaseReleased;

    public event Action? Interrupted;

    public LinkWeather Weather { get; set; } = LinkWeather.Fair;

    /// <summary>True while this replica alone is cut off.</summary>
    public bool IsCut { get; set; }

    /// <summary>Commands whose answers make no sense to the code that asked: a fault of our own.</summary>
    public HashSet<SharedCommand> Broken { get; } = [];

    /// <summary>True while this replica's own code is troubled.</summary>
    public bool IsHampered => Broken.Count > 0 || _stalls.Count > 0;

    private bool IsReachable => _redis.IsUp && !IsCut;

    public Task<LeaseAnswer> TryAcquireAsync(string owner, ulong epoch, TimeSpan duration, CancellationToken cancellationToken) =>
        CallAsync(() => _redis.TryAcquire(owner, epoch, duration), SharedCommand.Acquire);

    public Task<bool> RenewAsync(string owner, ulong epoch, TimeSpan duration, CancellationToken cancellationToken) =>
        CallAsync(() => _redis.Renew(owner, epoch, duration), SharedCommand.Renew);

    public Task ReleaseAsync(string owner, ulong epoch, CancellationToken cancellationToken) => CallAsync(() => _redis.Release(owner, epoch));

    public Task<PublishOutcome> PublishAsync(string owner, PollUpdate update, CancellationToken cancellationToken) =>
        CallAsync(() => _redis.Store(owner, update), SharedCommand.Publish);

    public Task<SharedLoopState> RehearseAsync(CancellationToken cancellationToken) =>
        CallAsync(_redis.Rehearse, SharedCommand.Acquire, SharedCommand.Publish, SharedCommand.Snapshot, SharedCommand.Announce, SharedCommand.Watched);

    public Task<SharedSnapshot?> SnapshotAsync(CancellationToken cancellationToken) => CallAsync(_redis.Snapshot, SharedCommand.Snapshot);

    public Task AnnounceAsync(IReadOnlyList<WatchedPipeline> watched, PollRequest began, CancellationToken cancellationToken) =>
        CallAsync(() => _redis.Announce(watched, began), SharedCommand.Announce);

    public Task<IReadOnlyList<WatchedPipeline>> GetWatchedAsync(CancellationToken cancellationToken) => CallAsync(_redis.Watched, SharedCommand.Watched);

    public Task<ReadOnlyMemory<byte>?> FindDocumentAsync(string pipelineId, CancellationToken cancellationToken) =>
        Task.FromResult<ReadOnlyMemory<byte>?>(null);

    public Task NotifyAsync(IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken) => CallAsync(() => _redis.Notify(pipelineIds));

    /// <summary>Whoever calls one of these stands still, as in a debugger, until <see cref="EndStalls"/>.</summary>
    public void Stall(IEnumerable<SharedCommand> commands)
    {
        foreach (var command in commands) _stalls.TryAdd(command, new TaskCompletionSource());
    }

    public void EndStalls()
    {
        TaskCompletionSource[] stalls = [.. _stalls.Values];
        _stalls.Clear();
        foreach (var stall in stalls) _process.Run(stall.SetResult);
    }

    public void Deliver(PollUpdate update) => DeliverMessage(() => Updated?.Invoke(update));

    public void Deliver(PollRequest request) => DeliverMessage(() => Requested?.Invoke(request));

    public void DeliverLeaseReleased() => DeliverMessage(() => LeaseReleased?.Invoke());

    public void Interrupt() => _process.Run(() => Interrupted?.Invoke());

    private void DeliverMessage(Action handle)
    {
        if (!IsReachable || Happens(Weather.Loss)) return;
        _clock.Schedule(Latency(), () => _process.Run(handle));
        if (Happens(Weather.Repeat)) _clock.Schedule(Latency(), () => _process.Run(handle));
    }

    private async Task<T> CallAsync<T>(Func<T> act, params SharedCommand[] commands)
    {
        foreach (var command in commands)
        {
            if (_stalls.TryGetValue(command, out var stall))
            {
                await stall.Task;
                throw new SharedStateException("no answer in time");
            }

            if (Broken.Contains(command)) throw new InvalidOperationException("a fault of our own");
        }

        return await AnswerAsync(act, commands);
    }

    /// <summary>A request and an answer, each of which may get lost or come after the caller has given up.</summary>
    private Task<T> AnswerAsync<T>(Func<T> act, SharedCommand[] commands)
    {
        var answer = new TaskCompletionSource<T>();
        _clock.Schedule(CallTimeout, () => _process.Run(() => answer.TrySetException(new SharedStateException("no answer"))));
        if (!IsReachable || Happens(Weather.Loss)) return answer.Task;
        _clock.Schedule(Latency(), () =>
        {
            if (!IsReachable) return;
            if (commands.Any(_redis.Refuses))
            {
                _clock.Schedule(Latency(), () => _process.Run(() => answer.TrySetException(new SharedStateException("refused"))));
                return;
            }

            var result = act();
            if (Happens(Weather.Loss)) return;
            _clock.Schedule(Latency(), () => _process.Run(() => answer.TrySetResult(result)));
        });
        return answer.Task;
    }

    private bool Happens(double probability) => probability > 0 && _random.NextDouble() < probability;

    private TimeSpan Latency() => Weather.Slowest * _random.NextDouble();
}
