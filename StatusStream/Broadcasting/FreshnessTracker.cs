using System.Runtime.InteropServices;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>
/// Watches progress where it arrives: when was what is watched here last confirmed? Pure: it is told the time. Not thread-safe.
/// </summary>
internal sealed class FreshnessTracker(PollCadence cadence)
{
    /// <summary>The longest that a backend may ask to be left alone; until then a pipeline in an episode is not missed.</summary>
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(60);

    private TimeSpan _anyReadAt = TimeSpan.MinValue;
    private double _stretch = 1;

    private readonly HashSet<string> _stale = new(StringComparer.Ordinal);

    // What the shared state loses was confirmed all the same when it was.
    private readonly Dictionary<string, LastRead> _lastReads = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _expiring = new(StringComparer.Ordinal);
    private TimeSpan _shortest;

    // A hub that passes another's streams on knows of no reads: it counts as confirmed what that one says is.
    private (FreshnessLease Lease, TimeSpan At)? _upstream;

    /// <summary>
    /// The watched pipelines that no good read has confirmed for longer than the bound, and that are in no episode of
    /// errors, which is doubt already.
    /// </summary>
    public IReadOnlySet<string> Stale => _stale;

    /// <summary>
    /// True when most of what is watched has not been read, well or badly, for so long that whoever polls must be taken for lost. Whoever
    /// reads something, for whichever replica, is not lost but slow, as its backend is: more who ask would make that slower.
    /// </summary>
    public bool IsBehind { get; private set; }

    /// <summary>How long everything that is watched counts as confirmed, as of the last look.</summary>
    public FreshnessLease Lease => _expiring.Count <= FreshnessLease.MaxExceptions
        ? new FreshnessLease(_shortest, new Dictionary<string, TimeSpan>(_expiring, StringComparer.Ordinal))
        : new FreshnessLease(_expiring.Values.Min(), FreshnessLease.None.Exceptions);

    /// <summary>From now on what is told counts as confirmed for as long as another hub says.</summary>
    /// <param name="lease">How long; null when it has nothing to say.</param>
    /// <param name="at">As of when.</param>
    public void Renew(FreshnessLease? lease, TimeSpan at) => _upstream = lease is null ? null : (lease, at);

    /// <summary>True when another hub confirms nothing: then nothing is fresh here either, however new its watch is.</summary>
    public bool IsLost => _upstream is { } upstream && upstream.Lease.For == TimeSpan.Zero;

    /// <summary>True when a poll may be answered with what is known; null when that depends on its read.</summary>
    public bool? IsLeased(string pipelineId, TimeSpan now) => _upstream is { } upstream ? now < upstream.At + upstream.Lease.Of(pipelineId) : null;

    /// <summary>Whoever polls has read something, be it watched here or not.</summary>
    /// <param name="at">When.</param>
    /// <param name="stretch">By how much all intervals are stretched at the moment, so that requests fit a budget: 1 or more.</param>
    public void NoteReads(TimeSpan at, double stretch) => (_anyReadAt, _stretch) = (Max(_anyReadAt, at), stretch);

    /// <summary>Somebody is told what is known of a pipeline: from now on that is as old as its read, however new the watch is.</summary>
    public void NoteSent(in CachedStatus known, TimeSpan now)
    {
        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_lastReads, known.Record.PipelineId, out var isWatched);
        if (isWatched) return;
        last = New(now);
        if (known.GoodReadAt > TimeSpan.MinValue) last.GoodReadAt = GoodReadAt(known); // it may be withheld before anybody looks
    }

    /// <summary>Looks at everything that is watched; names what became stale, and what is stale no longer.</summary>
    public IReadOnlyList<(string PipelineId, bool IsStale)> Look(
        IReadOnlyCollection<string> watched, StatusCache cache, IReadOnlySet<string> withheld, TimeSpan now)
    {
        List<(string, bool)>? turned = null;
        var missed = 0;
        _expiring.Clear();
        _shortest = cadence.FreshnessBound(cadence.Interval);
        var shortestInterval = cadence.Interval * _stretch; // no pipeline is read sooner now, whatever was said when it was read last
        foreach (var pipelineId in watched)
        {
            ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_lastReads, pipelineId, out var isWatched);
            if (!isWatched) last = New(now);
            var (condition, interval) = (PipelineCondition.Ok, shortestInterval);
            if (cache.FindRead(pipelineId) is { } known)
            {
                (condition, interval) = (known.Record.Condition, Max(IntervalOf(known), shortestInterval));
                _anyReadAt = Max(_anyReadAt, known.ReadAt);
                last.ReadAt = Max(last.WatchedSince, known.ReadAt);

                // What is quarantined is told to nobody, so its reads confirm nothing that anybody was told.
                if (!withheld.Contains(pipelineId) && known.GoodReadAt > TimeSpan.MinValue) last.GoodReadAt = GoodReadAt(known);
            }

            // What the shared state has lost is read again at the plain pace, however seldom it was read before.
            var goodReadAt = last.GoodReadAt ?? Max(last.WatchedSince, ConfirmedUpstream(pipelineId, interval));
            var left = IsLost ? TimeSpan.Zero : goodReadAt + cadence.FreshnessBound(interval) - now;
            var isStale = !condition.IsUnavailable() && left <= TimeSpan.Zero; // what another hub confirms for no time is not confirmed
            if (!condition.IsUnavailable()) NoteLeft(pipelineId, left);

            // While the backend answers nothing, one read in a hundred goes on: then any read is progress.
            var isMissed = condition.IsUnavailable()
                ? now - Max(last.ReadAt, _anyReadAt) > cadence.ProgressBound(interval) + LongestRetryAfter
                : now - last.ReadAt > cadence.ProgressBound(interval);
            if (isMissed) missed++;
            if (isStale == _stale.Contains(pipelineId)) continue;
            if (isStale) _stale.Add(pipelineId);
            else _stale.Remove(pipelineId);
            (turned ??= []).Add((pipelineId, isStale));
        }

        IsBehind = missed * 2 > watched.Count && _anyReadAt < now - cadence.ProgressBound(cadence.Interval);
        if (_lastReads.Count > watched.Count) Forget(watched);
        return turned ?? [];
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    /// <summary>One that is not there may be read ever less often without a word: the list may show by now that nobody knows it.</summary>
    private static TimeSpan IntervalOf(in CachedStatus known) =>
        known.Record.Condition == PipelineCondition.NotFound ? Max(known.Interval, PollCadence.LongestAbsence) : known.Interval;

    /// <summary>When it was confirmed last.</summary>
    private TimeSpan GoodReadAt(in CachedStatus known) =>
        _upstream is null ? known.GoodReadAt : ConfirmedUpstream(known.Record.PipelineId, IntervalOf(known));

    /// <summary>When another hub must have confirmed a pipeline for it to be within the bound for as long as that hub says.</summary>
    private TimeSpan ConfirmedUpstream(string pipelineId, TimeSpan interval) =>
        _upstream is { } upstream ? upstream.At + upstream.Lease.Of(pipelineId) - cadence.FreshnessBound(interval) : TimeSpan.MinValue;

    private void NoteLeft(string pipelineId, TimeSpan left)
    {
        if (left < FreshnessLease.Soon) _expiring[pipelineId] = Max(left, TimeSpan.Zero);
        else if (left < _shortest) _shortest = left;
    }

    private static LastRead New(TimeSpan now) => new(now, now, null);

    /// <summary>What is known of the reads of a pipeline. At first, the beginning of the watch: it is nobody's fault that it was not read before.</summary>
    private record struct LastRead(TimeSpan WatchedSince, TimeSpan ReadAt, TimeSpan? GoodReadAt);

    private void Forget(IReadOnlyCollection<string> watched)
    {
        var left = _lastReads.Keys.Except(watched, StringComparer.Ordinal).ToList();
        foreach (var pipelineId in left)
        {
            _lastReads.Remove(pipelineId);
            _stale.Remove(pipelineId);
        }
    }
}
