using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Backplane.Upstream;

/// <summary>Holds one stream of another hub for everything that this one's clients watch, as long as they watch anything.</summary>
internal sealed class UpstreamLoop
{
    /// <summary>The other hub renews the lease every half second: one that is silent for so long is gone, or stands still.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    /// <summary>How many pipelines an address names: those that do not fit are asked for by watch requests.</summary>
    private const int MaxInAddress = 200;
    private const int MaxAddressLength = 4096;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);

    private readonly IUpstream _upstream;
    private readonly WatchList _watchList;
    private readonly ListWatch _listWatch;
    private readonly UpstreamFeed _feed;
    private readonly UpstreamCatchUps _catchUps;
    private readonly UpstreamState _state;
    private readonly PollCadence _cadence;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly AsyncSignal _wakeUp = new();
    private IReadOnlyCollection<string> _unsure = [];

    public UpstreamLoop(
        IUpstream upstream, WatchList watchList, ListWatch listWatch, UpstreamFeed feed, UpstreamCatchUps catchUps, UpstreamState state,
        PollCadence cadence, TimeProvider timeProvider, ILogger<UpstreamLoop> logger)
    {
        (_upstream, _watchList, _listWatch, _feed, _catchUps, _state) = (upstream, watchList, listWatch, feed, catchUps, state);
        (_cadence, _timeProvider, _logger) = (cadence, timeProvider, logger);
        watchList.Watched += _ => _wakeUp.Set();
    }

    /// <summary>Raised when the other hub's list shows other pipelines.</summary>
    public event Action? ListChanged;

    /// <summary>Something is to be asked for.</summary>
    public void WakeUp() => _wakeUp.Set();

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(BackgroundLoop loop, CancellationToken cancellationToken)
    {
        using var waking = cancellationToken.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), _wakeUp);
        using var ticks = _timeProvider.CreateTimer(static signal => ((AsyncSignal)signal!).Set(), _wakeUp, Tick, Tick);
        var delay = FirstDelay;
        while (!cancellationToken.IsCancellationRequested)
        {
            var wanted = _watchList.Current();
            if (wanted.Count == 0)
            {
                loop.Rest();
                _state.NoteIdle();
                _feed.Clear();
                await _wakeUp.WaitAsync();
                continue;
            }

            loop.Turn(LongestDelay + Silence + _cadence.RequestTimeout);
            try
            {
                await RunOnceAsync(wanted, loop, cancellationToken);
                delay = FirstDelay;
            }
            catch (UpstreamException e)
            {
                // Another replica takes over before anybody need know; when none can be reached, everybody is told.
                if (_state.IsConnected) delay = FirstDelay;
                else _feed.Lose();
                if (_state.NoteLost(e.Message)) _logger.UpstreamLost(e.Message);
            }

            _feed.Lapse();
            await Task.Delay(delay, _timeProvider, cancellationToken);
            delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
            _feed.Lapse();
        }
    }

    /// <summary>Pipelines that nobody watches any more are looked for once per interval, and what is on the screen.</summary>
    private TimeSpan Tick => _cadence.Interval < TimeSpan.FromMilliseconds(250) ? _cadence.Interval : TimeSpan.FromMilliseconds(250);

    /// <summary>One stream, from asking for it to its end.</summary>
    private async Task RunOnceAsync(IReadOnlyList<WatchedPipeline> wanted, BackgroundLoop loop, CancellationToken cancellationToken)
    {
        _catchUps.Retry();
        _feed.Connect(_unsure);
        var first = First(wanted);
        var request = new UpstreamRequest(first, _feed.Version, _feed.ResumeOf(first)?.Known, _listWatch.IsWanted);
        await using var stream = await _upstream.OpenAsync(request, cancellationToken);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watcher = new UpstreamWatcher(stream, request, _watchList, _listWatch, _feed, _catchUps, _wakeUp, _timeProvider);
        Task? watching = null;
        try
        {
            var isFirst = true;
            var patience = Silence + _cadence.RequestTimeout;
            while (await NextAsync(stream, isFirst ? patience : Silence, over.Token) is { } said)
            {
                loop.Turn(LongestDelay + Silence + _cadence.RequestTimeout);
                switch (said.Type)
                {
                    case UpstreamEvent.Batch:
                        var (asked, removed) = isFirst ? (request.PipelineIds, []) : watcher.Acknowledge(said.Revision);
                        isFirst = false;
                        _feed.TakeBatch(said, asked, removed);
                        break;
                    case UpstreamEvent.Stream:
                        watching ??= watcher.RunAsync(over.Token);
                        break;
                    case UpstreamEvent.Freshness:
                        _feed.Drop(_watchList.Contains);
                        _feed.TakeLease(said);
                        if (said.ConfirmedFor is not null && _state.NoteConnected()) _logger.UpstreamConnected();
                        break;
                    case UpstreamEvent.ListChanged:
                        ListChanged?.Invoke();
                        break;
                    case UpstreamEvent.Error when said.PipelineId is null:
                        return; // it goes away, or wants to be asked anew
                    default:
                        _feed.TakeUpdate(said);
                        break;
                }

                if (_feed.Version is { } version) _catchUps.Reach(version);
                if (said is { Type: UpstreamEvent.Batch, Revision: > 0 and var revision }) _catchUps.Acknowledge(revision, said.Behind);
                if (watcher.IsIdle) return;
                if (watcher.IsOverdue(patience))
                {
                    stream.MarkFailed();
                    throw new UpstreamException($"it has not acknowledged a watch request for {patience.TotalSeconds:0} s");
                }

                if (watching is { IsCompleted: true }) break; // the stream is gone, or nobody can be asked to change it
            }
        }
        finally
        {
            over.Cancel();
            if (watching is not null)
            {
                await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }

            _unsure = watcher.Unacknowledged;
        }

        if (watching is { IsFaulted: true, Exception.InnerException: UpstreamException e }) throw new UpstreamException(e.Message, e);
        throw new UpstreamException("the stream has ended");
    }

    /// <summary>The next event; before the first batch another hub may be silent for as long as that may wait for reads.</summary>
    private async ValueTask<UpstreamEvent?> NextAsync(IUpstreamStream stream, TimeSpan patience, CancellationToken cancellationToken)
    {
        var next = stream.NextAsync(cancellationToken);
        if (next.IsCompleted) return await next;
        try
        {
            return await next.AsTask().WaitAsync(patience, _timeProvider, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new UpstreamException($"it has been silent for {patience.TotalSeconds:0} s");
        }
    }

    private static List<string> First(IReadOnlyList<WatchedPipeline> wanted)
    {
        var (first, length) = (new List<string>(), 0);
        foreach (var pipeline in wanted.OrderByDescending(static pipeline => pipeline.IsVisible))
        {
            length += pipeline.PipelineId.Length + 3;
            if (first.Count > 0 && (length > MaxAddressLength || first.Count == MaxInAddress)) break;
            first.Add(pipeline.PipelineId);
        }

        return first;
    }
}
