using System.Globalization;
using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Backplane.Upstream;

/// <summary>
/// Keeps what one stream of another hub is about equal to what this hub's clients watch, and has it catch up with what one of them has
/// seen elsewhere. For one stream, from its handle to its end.
/// </summary>
internal sealed class UpstreamWatcher(
    IUpstreamStream stream, UpstreamRequest request, WatchList watchList, ListWatch listWatch, UpstreamFeed feed, UpstreamCatchUps catchUps,
    AsyncSignal wakeUp, TimeProvider timeProvider)
{
    /// <summary>How many pipelines one request adds at most.</summary>
    private const int MaxAdded = 4000;

    /// <summary>How many characters each of its three lists takes at most: a body may have a megabyte.</summary>
    private const int MaxListLength = 300_000;

    /// <summary>So long changes are gathered, and no two requests are closer to each other: a stream takes four a second.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly HashSet<string> _watched = new(request.PipelineIds, StringComparer.Ordinal);
    private readonly Dictionary<long, (UpstreamChange Change, long At)> _pending = [];
    private HashSet<string> _visible = [];
    private bool _isAllVisible = true;
    private bool _isList = request.IsList;
    private int _maxPipelines = int.MaxValue;
    private long _revision;
    private int _burst = 4;

    /// <summary>True when nothing is watched any more.</summary>
    public bool IsIdle { get; private set; }

    /// <summary>What is being added or removed: the stream need not have told of everything that became of it.</summary>
    public IReadOnlyCollection<string> Unacknowledged
    {
        get
        {
            lock (_gate) return [.. _pending.Values.SelectMany(static sent => (sent.Change.Add ?? []).Concat(sent.Change.Remove ?? []))];
        }
    }

    /// <summary>True when a change has waited for its acknowledgement for too long: nothing may ever come of it on this stream.</summary>
    public bool IsOverdue(TimeSpan patience)
    {
        lock (_gate) return _pending.Values.Any(sent => timeProvider.GetElapsedTime(sent.At) > patience);
    }

    /// <summary>Takes the acknowledgement of a change: what it has added, and removed.</summary>
    public (IReadOnlyCollection<string> Added, IReadOnlyCollection<string> Removed) Acknowledge(long revision)
    {
        var (added, removed) = (new List<string>(), new List<string>());
        lock (_gate)
        {
            // In the order of revisions, so that what is removed and added again stays.
            foreach (var (pending, (change, _)) in _pending.Where(pair => pair.Key <= revision).OrderBy(static pair => pair.Key).ToList())
            {
                _pending.Remove(pending);
                removed.AddRange(change.Remove ?? []);
                added.AddRange(change.Add ?? []);
            }

            removed.RemoveAll(_watched.Contains);
        }

        return (added, removed);
    }

    /// <summary>Runs until cancelled, or the stream is gone.</summary>
    /// <exception cref="UpstreamException">Nobody can be asked for a change.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var waking = cancellationToken.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), wakeUp);
        while (!cancellationToken.IsCancellationRequested)
        {
            if (NextChange() is { } change)
            {
                if (!await SendAsync(change, cancellationToken)) return;
                await Task.Delay(_burst-- > 0 ? Gather : Spacing, timeProvider, cancellationToken);
                continue;
            }

            _burst = Math.Min(_burst + 1, 4);
            await wakeUp.WaitAsync();
            await Task.Delay(Gather, timeProvider, cancellationToken);
        }
    }

    /// <summary>What is to be changed now; null for nothing.</summary>
    private UpstreamChange? NextChange()
    {
        var wanted = watchList.Current();
        var ids = wanted.Select(static watched => watched.PipelineId).ToHashSet(StringComparer.Ordinal);
        IsIdle = ids.Count == 0;
        var visible = wanted.Where(static watched => watched.IsVisible).Select(static watched => watched.PipelineId).ToHashSet(StringComparer.Ordinal);
        var isAllVisible = visible.Count == ids.Count;
        List<string> added;
        List<string> removed;
        lock (_gate)
        {
            added = Fitting(ids.Where(id => !_watched.Contains(id)).Take(Math.Min(MaxAdded, Math.Max(0, _maxPipelines - _watched.Count))));
            removed = Fitting(_watched.Where(id => !ids.Contains(id)));
        }

        // Nobody has said what is on the screen as long as all is: whoever comes then is seen, too. So is everything when that is too much to say.
        var told = isAllVisible && _isAllVisible ? [] : Fitting(visible);
        var tellsVisible = _isAllVisible ? !isAllVisible && told.Count == visible.Count : !visible.SetEquals(_visible);
        var isList = listWatch.IsWanted;
        var seen = catchUps.Next();
        if (added.Count + removed.Count == 0 && !tellsVisible && isList == _isList && seen is null) return null;
        var resume = seen is null ? feed.ResumeOf(added) : null;
        (_visible, _isAllVisible) = tellsVisible ? (visible, false) : (_visible, _isAllVisible);
        return new UpstreamChange
        {
            Revision = ++_revision,
            Add = added.Count > 0 ? added : null,
            Remove = removed.Count > 0 ? removed : null,
            Visible = tellsVisible ? told : null,
            List = isList == _isList ? null : isList,
            LastEventId = (seen ?? resume?.Seen)?.ToString(), // else what this hub had seen when it came
            Known = resume?.Known.ToString("x16", CultureInfo.InvariantCulture),
        };
    }

    private static List<string> Fitting(IEnumerable<string> pipelineIds)
    {
        var left = MaxListLength;
        return [.. pipelineIds.TakeWhile(id => (left -= id.Length + 3) >= 0)];
    }

    private async Task<bool> SendAsync(UpstreamChange change, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // Before it is sent: the acknowledgement may be faster than the answer.
            _pending[change.Revision] = (change, timeProvider.GetTimestamp());
            _watched.ExceptWith(change.Remove ?? []);
            _watched.UnionWith(change.Add ?? []);
        }

        catchUps.Sent(change.Revision);
        var answer = await stream.ChangeAsync(change, cancellationToken);
        if (answer.Outcome == UpstreamOutcome.Accepted)
        {
            _isList = change.List ?? _isList;
            return true;
        }

        catchUps.Retry();
        if (answer.Outcome == UpstreamOutcome.NoSuchStream) return false;
        lock (_gate)
        {
            _pending.Remove(change.Revision);
            _watched.ExceptWith(change.Add ?? []);
            _watched.UnionWith(change.Remove ?? []);
            if (answer.Outcome == UpstreamOutcome.TooManyPipelines) _maxPipelines = answer.MaxPipelines ?? _watched.Count;
        }

        _isAllVisible &= change.Visible is null;
        if (change.Visible is not null) _visible = [];
        if (answer.Outcome == UpstreamOutcome.TooOften) await Task.Delay(answer.RetryAfter + Gather, timeProvider, cancellationToken);
        wakeUp.Set();
        return true;
    }
}
