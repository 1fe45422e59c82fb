using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Simulation.Tests.World;

namespace PipelineAspire.StatusStream.Simulation.Tests.Clients;

/// <summary>Watch requests: what the client watches changes while its stream is open, and it comes back saying what it knows.</summary>
internal sealed partial class Client
{
    private readonly SortedSet<string> _wanted = new(pipelineIds, StringComparer.Ordinal);

    /// <summary>What the stream is about, as far as that is acknowledged.</summary>
    private readonly HashSet<string> _acknowledged = new(StringComparer.Ordinal);

    /// <summary>Changes without their batch: the revision, what is watched after it, and when it was asked for.</summary>
    private readonly Queue<(long Revision, IReadOnlySet<string> Watched, TimeSpan Asked)> _changes = new();

    private IReadOnlyList<string> _known = [];
    private StatusVersion? _seen;
    private long _revision;

    /// <summary>True for what is watched whatever becomes of its requests.</summary>
    public bool IsSteady(string pipelineId) => _changes.All(change => change.Watched.Contains(pipelineId));

    /// <summary>Those pipelines whose status it was told on its last stream, up to the last id.</summary>
    private IReadOnlyList<string> Known(IEnumerable<string> asked) => [.. asked.Where(_onThisStream.ContainsKey)];

    /// <summary>A stream is asked for.</summary>
    private void Begin(IReadOnlyList<string> known)
    {
        (_known, _seen) = (known, _last);
        _changes.Clear();
        _acknowledged.Clear();
        _acknowledged.UnionWith(_wanted);
    }

    /// <summary>The first batch: what it knew is confirmed by a partial one, and forgotten before any other.</summary>
    private void BeginStream(StreamEvent batch)
    {
        if (!batch.IsPartial)
        {
            _onThisStream.Clear();
            return;
        }

        oracle.Note($"{Name} is told what is new since {_last}");
        foreach (var gone in _onThisStream.Keys.Except(_known, StringComparer.Ordinal).ToList()) _onThisStream.Remove(gone);
        foreach (var id in _known) TheFresh[id] = TheTold[id];
    }

    private void ChangeNowAndThen(IHub replica, StatusSubscription subscription, int stream, Changes changes)
    {
        clock.Schedule(TimeSpan.FromMilliseconds(random.Next(5000)), () =>
        {
            if (stream != _stream || clock.Now >= changesUntil || !replica.Process.IsRunning) return;
            var ids = backend.PipelineIds.Where(_ => random.Next(3) == 0).ToList();
            var added = ids.FindAll(_ => random.Next(2) == 0);
            var removed = ids.Except(added, StringComparer.Ordinal).Where(_ => _wanted.Count > 1).ToList();
            _wanted.UnionWith(added);
            _wanted.ExceptWith(_wanted.Count > removed.Count ? removed : removed = []);
            var visible = random.Next(2) == 0 ? null : _wanted.Where(_ => random.Next(2) == 0).ToHashSet(StringComparer.Ordinal);
            var change = new WatchChange(++_revision, added, removed, visible) { LastEventId = _seen };
            _changes.Enqueue((change.Revision, _wanted.ToHashSet(StringComparer.Ordinal), clock.Now));
            oracle.Note($"{Name} asks for {change.Revision}: {string.Join(' ', added.Select(id => "+" + id).Concat(removed.Select(id => "-" + id)))}");
            replica.Process.Run(() =>
            {
                if (stream != _stream) return;
                changes.Last = ChangeAsync(changes, subscription, change);
                ChangeNowAndThen(replica, subscription, stream, changes);
            });
        });
    }

    private async Task ChangeAsync(Changes changes, StatusSubscription subscription, WatchChange change)
    {
        var asked = clock.Now;
        await changes.Last;
        await subscription.ChangeAsync(change, refused: null, clock.Now - asked, CancellationToken.None);
    }

    private void Acknowledge(IHub replica, long revision)
    {
        var (expected, watched, asked) = _changes.Dequeue();
        oracle.Check(revision == expected, "Watch requests", $"{Name} got revision {revision} instead of {expected}");
        oracle.Check(
            clock.Now - asked <= cadence.RequestTimeout + Slack || replica.Process.RunsSince > asked, "Watch requests",
            $"{Name} waited {(clock.Now - asked).TotalSeconds:0.0} s for revision {revision}");
        foreach (var gone in _acknowledged.Except(watched))
        {
            _onThisStream.Remove(gone);
            TheFresh.Remove(gone);
        }

        _acknowledged.Clear();
        _acknowledged.UnionWith(watched);
    }

    private void CheckIsWatched(string pipelineId) => oracle.Check(
        _acknowledged.Contains(pipelineId) || _changes.Any(change => change.Watched.Contains(pipelineId)), "Watch requests",
        $"{Name} is told of {pipelineId}, which it does not watch");

    /// <summary>The changes of one stream, one after the other.</summary>
    private sealed class Changes
    {
        public Task Last { get; set; } = Task.CompletedTask;
    }
}
