using PipelineAspire.StatusStream.Backplane.Upstream;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Simulation.Tests.World;

namespace PipelineAspire.StatusStream.Simulation.Tests.Relays;

/// <summary>A relay's stream: one end on the hub's process, the other on the relay's, and what is on its way or waits to be read in between.</summary>
internal sealed class SimulatedStream(UpstreamLink link, IHub hub) : IUpstreamStream
{
    private readonly Queue<UpstreamEvent?> _arrived = new();
    private TaskCompletionSource? _arrival;
    private TimeSpan _lastArrival;
    private StatusSubscription? _subscription;
    private StatusVersion? _seen;
    private Task _lastChange = Task.CompletedTask;
    private bool _isBroken;
    private bool _isClosed;

    public IHub Hub => hub;

    private bool IsOver => _isBroken || _isClosed;

    /// <summary>The hub's end: runs until the stream is over.</summary>
    public async Task ServeAsync(UpstreamRequest request)
    {
        using var subscription = await hub.Subscriptions.OpenAsync(
            request.PipelineIds, request.LastEventId, CancellationToken.None, known: request.Known, isRelay: true);
        var subscriber = subscription.Subscriber;
        (_subscription, _seen) = (subscription, request.LastEventId);
        Send(new UpstreamEvent { Type = UpstreamEvent.Freshness, Clock = RelayClock.Now(hub.Process.TimeProvider) });
        while (!subscriber.IsFirstBatchDue && !IsOver) await subscriber.Signal.WaitAsync();
        Tell(subscriber.Begin());
        Send(new UpstreamEvent { Type = UpstreamEvent.Stream, Handle = hub.Name });
        while (!IsOver)
        {
            while (subscriber.TryTake(out var told)) Tell(told);
            await subscriber.Signal.WaitAsync();
        }

        await _lastChange;
        _subscription = null;
    }

    public async ValueTask<UpstreamEvent?> NextAsync(CancellationToken cancellationToken)
    {
        while (_arrived.Count == 0)
        {
            _arrival = new TaskCompletionSource();
            await _arrival.Task;
        }

        var said = _arrived.Dequeue();
        if (said?.Type == UpstreamEvent.Batch)
        {
            var items = string.Join(' ', said.Updates!.Select(item => $"{item.PipelineId}={item.Status}"));
            link.Note($"takes {(said.Partial ? "a partial" : "a whole")} batch {said.Revision} of {hub.Name} at {said.Version}: {items}");
        }

        return said;
    }

    public Task<UpstreamAnswer> ChangeAsync(UpstreamChange change, CancellationToken cancellationToken) => link.AskAsync(hub, () =>
    {
        if (IsOver || _subscription is not { } subscription) return Task.FromResult(new UpstreamAnswer(UpstreamOutcome.NoSuchStream));
        _lastChange = MakeAsync(_lastChange, subscription, new WatchChange(change.Revision, change.Add ?? [], change.Remove ?? [], change.Visible?.ToHashSet())
        {
            LastEventId = StatusVersion.TryParse(change.LastEventId, out var seen) ? seen : _seen,
            Known = KnownPipelines.TryParse(change.Known ?? "", out var known) ? known : null,
        });
        return Task.FromResult(new UpstreamAnswer(UpstreamOutcome.Accepted));
    });

    public void MarkFailed()
    {
    }

    /// <summary>Nothing passes any more; the relay hears of that, or hears nothing.</summary>
    public void Break(bool isNoticed)
    {
        if (IsOver) return;
        _isBroken = true;
        WakeHub();
        if (isNoticed) Arrive(null);
    }

    public ValueTask DisposeAsync()
    {
        _isClosed = true;
        link.Clock.Schedule(link.Latency(), WakeHub);
        return ValueTask.CompletedTask;
    }

    private static async Task MakeAsync(Task before, StatusSubscription subscription, WatchChange change)
    {
        await before;
        await subscription.ChangeAsync(change, refused: null, TimeSpan.Zero, CancellationToken.None);
    }

    private void Tell(StreamEvent told)
    {
        link.Versions.NoteTold(told);
        Send(Said(told));
    }

    private static UpstreamEvent Said(StreamEvent told) => told.Kind switch
    {
        StreamEventKind.Batch => new UpstreamEvent
        {
            Type = UpstreamEvent.Batch,
            Version = told.Version,
            Updates = [.. told.Records!.Select(record => new UpstreamItem(record.PipelineId, record.Status.GetValueOrDefault().Name()))],
            Revision = told.Revision,
            Partial = told.IsPartial,
            Behind = told.IsBehind,
        },
        StreamEventKind.Update => new UpstreamEvent
        {
            Type = UpstreamEvent.StatusUpdate,
            Version = told.Version,
            PipelineId = told.Record!.PipelineId,
            Status = told.Record.Status.GetValueOrDefault().Name(),
        },
        StreamEventKind.Error => new UpstreamEvent
        {
            Type = UpstreamEvent.Error,
            PipelineId = told.Record!.PipelineId,
            Code = told.Record.Condition == PipelineCondition.NotFound ? "pipeline_not_found" : "backend_unavailable",
        },
        StreamEventKind.Lease => new UpstreamEvent
        {
            Type = UpstreamEvent.Freshness,
            Version = told.Version,
            Clock = told.Clock,
            ConfirmedFor = (long)told.Lease!.For.TotalMilliseconds,
            Except = told.Lease.Exceptions.ToDictionary(pair => pair.Key, pair => (long)pair.Value.TotalMilliseconds, StringComparer.Ordinal),
        },
        _ => throw new InvalidOperationException($"{told.Kind} is told to no relay"),
    };

    private void WakeHub() => hub.Process.Run(() => _subscription?.Subscriber.Signal.Set());

    /// <summary>Arrives after all that was sent before, and waits there until the relay reads it.</summary>
    private void Send(UpstreamEvent said)
    {
        if (IsOver) return;
        var at = link.Clock.Now + link.Latency();
        _lastArrival = at > _lastArrival ? at : _lastArrival;
        link.Clock.Schedule(_lastArrival - link.Clock.Now, () =>
        {
            if (link.IsCut) _isBroken = true; // what is lost is not sent again, and nothing comes after it
            if (!_isBroken) Arrive(said);
        });
    }

    private void Arrive(UpstreamEvent? said)
    {
        _arrived.Enqueue(said);
        link.Process.Run(() => _arrival?.TrySetResult());
    }
}
