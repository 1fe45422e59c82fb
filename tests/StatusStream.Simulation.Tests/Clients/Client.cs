using System.Globalization;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Simulation.Tests.World;

namespace PipelineAspire.StatusStream.Simulation.Tests.Clients;

/// <summary>
/// One browser: a stream to some replica, resumed at another with the last id when that one dies. It lives on no
/// replica's process, so it remembers what it was told when they are gone.
/// </summary>
/// <param name="changesUntil">Until when it changes what it watches, now and then; null for never.</param>
internal sealed partial class Client(
    string name,
    IReadOnlyList<string> pipelineIds,
    PollCadence cadence,
    KnownVersions versions,
    ScriptedBackend backend,
    VirtualClock clock,
    Random random,
    Oracle oracle,
    TimeSpan? changesUntil = null)
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    /// <summary>How long a process may take to come to something that is due.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    private StatusVersion? _last;
    private int _stream;
    private readonly Dictionary<string, PipelineStatus> _onThisStream = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    /// <summary>What it watches, as far as it knows.</summary>
    public IReadOnlyCollection<string> PipelineIds => _wanted;

    public IHub? Replica { get; private set; }

    /// <summary>What it was last told of each pipeline.</summary>
    public Dictionary<string, Told> TheTold { get; } = new(StringComparer.Ordinal);

    /// <summary>What it takes for fresh: told on this stream, and not called in doubt since.</summary>
    public Dictionary<string, Told> TheFresh { get; } = new(StringComparer.Ordinal);

    /// <summary>Opens a stream at a replica, leaving the one before.</summary>
    public void Connect(IHub replica)
    {
        Replica = replica;
        TheFresh.Clear();
        var stream = ++_stream;
        replica.Process.Run(() => _ = StreamAsync(replica, stream));
    }

    /// <summary>The stream broke; comes back at one of <paramref name="others"/> after a while.</summary>
    public void Lose(Func<IHub?> others)
    {
        Replica = null;
        TheFresh.Clear();
        _stream++;
        clock.Schedule(TimeSpan.FromMilliseconds(100 + random.Next(2000)), () =>
        {
            if (others() is { } replica) Connect(replica);
            else Lose(others);
        });
    }

    private async Task StreamAsync(IHub replica, int stream)
    {
        var opened = clock.Now;
        var changes = new Changes();
        using var subscription = await replica.Subscriptions.OpenAsync([.. _wanted], _last, CancellationToken.None, known: KnownPipelines.Hash(Known(_wanted)));
        if (stream != _stream) return;
        Begin(Known(_wanted));
        var subscriber = subscription.Subscriber;
        while (!subscriber.IsFirstBatchDue) await subscriber.Signal.WaitAsync();
        if (stream != _stream) return;
        oracle.Check(
            clock.Now - opened <= cadence.RequestTimeout + Slack || replica.Process.RunsSince > opened, "First batch",
            $"{Name} waited {(clock.Now - opened).TotalSeconds:0.0} s for its first batch");
        Take(replica, subscriber.Begin(), isFirst: true);
        if (changesUntil is not null) ChangeNowAndThen(replica, subscription, stream, changes);
        else if (cadence.BackgroundInterval > cadence.Interval) Scroll(replica, subscription, stream);
        await using var heartbeat = replica.Process.TimeProvider.CreateTimer(_ => subscriber.Signal.Set(), null, Heartbeat, Heartbeat);
        while (stream == _stream)
        {
            while (subscriber.TryTake(out var delivery) && stream == _stream) Take(replica, delivery, isFirst: false);
            oracle.CheckNoHole(this, [.. replica.Broadcaster.Known().Where(IsDue)], _onThisStream);
            await subscriber.Signal.WaitAsync();
        }

        await changes.Last; // nothing is changed any more when the subscription is over
    }

    /// <summary>Who observed it: a relay may have its stream of one replica now and of another then.</summary>
    private static string SourceOf(IHub hub, PipelineRecord record) =>
        hub.Level == 0 ? hub.Name : string.Create(CultureInfo.InvariantCulture, $"{hub.Name} of {record.Version.Epoch:x16}");

    /// <summary>True for what a stream that has taken everything has been told: read lately, and watched whatever becomes of its requests.</summary>
    private bool IsDue(AgedRecord known) =>
        known.Age < PollCadence.MaxAge(cadence.Interval) && IsSteady(known.Record.PipelineId);

    /// <summary>Now and then other rows are on the screen.</summary>
    private void Scroll(IHub replica, StatusSubscription subscription, int stream)
    {
        clock.Schedule(TimeSpan.FromMilliseconds(random.Next(10_000)), () => replica.Process.Run(() =>
        {
            if (stream != _stream) return;
            subscription.Show(_wanted.Where(_ => random.Next(2) == 0).ToHashSet(StringComparer.Ordinal));
            Scroll(replica, subscription, stream);
        }));
    }

    private void Take(IHub replica, StreamEvent delivery, bool isFirst)
    {
        if (isFirst) BeginStream(delivery);
        if (delivery.Kind == StreamEventKind.Batch)
        {
            if (delivery.Revision > 0) Acknowledge(replica, delivery.Revision);
            foreach (var record in delivery.Records!) Hear(record, isUpdate: false);
        }
        else if (delivery.Kind == StreamEventKind.Update)
        {
            Hear(delivery.Record!, isUpdate: true);
        }

        if (delivery.Kind == StreamEventKind.Stalled)
        {
            oracle.Note($"{Name} is told that nothing can be confirmed");
            TheFresh.Clear();
            return;
        }

        if (delivery.Kind == StreamEventKind.Error)
        {
            oracle.Note($"{Name} is told that {delivery.Record!.PipelineId} cannot be read");
            TheFresh.Remove(delivery.Record.PipelineId);
            return;
        }

        oracle.Note($"{Name} is at {delivery.Version}");
        oracle.CheckId(this, _last, delivery.Version, isFirst);
        _last = delivery.Version;

        void Hear(PipelineRecord record, bool isUpdate)
        {
            CheckIsWatched(record.PipelineId);

            // A relay whose replica is cut off passes that one's view on, with what it knows from before.
            var isIsolated = !versions.IsShared(record.Version) || (replica.Level > 0 && !versions.IsShared(replica.Broadcaster.Version.GetValueOrDefault()));
            var told = new Told(record.Status.GetValueOrDefault(), backend.NumberIn(record), SourceOf(replica, record), isIsolated, isUpdate);
            oracle.CheckTold(this, record.PipelineId, TheTold.GetValueOrDefault(record.PipelineId), told);
            if (isUpdate) oracle.CheckIsNews(this, record.PipelineId, _onThisStream, told.Status);
            TheTold[record.PipelineId] = TheFresh[record.PipelineId] = told;
            _onThisStream[record.PipelineId] = told.Status;
        }
    }
}

/// <summary>What a client was told of a pipeline.</summary>
/// <param name="Status">The status.</param>
/// <param name="Number">Which of the backend's changes it is.</param>
/// <param name="Replica">Who told it.</param>
/// <param name="IsIsolated">True when that replica was cut off from the others.</param>
/// <param name="IsUpdate">True for a <c>status_update</c>, false for a batch.</param>
internal sealed record Told(PipelineStatus Status, int Number, string Replica, bool IsIsolated, bool IsUpdate);
