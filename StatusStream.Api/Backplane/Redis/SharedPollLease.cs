using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling;
using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>
/// The lease in the shared state. Holding it is only ever a belief, bounded by the monotonic clock from before the
/// last renewal was sent; what protects the statuses is that the shared state checks it with every write.
/// </summary>
internal sealed class SharedPollLease : IPollLease, IDisposable
{
    private readonly ISharedState _state;
    private readonly UpdateFeed _feed;
    private readonly string _owner;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly AsyncSignal _freed = new();
    private readonly ITimer _alarm;
    private long? _outOfReachSince;
    private int _failures;
    private CancellationTokenSource? _holding;

    public SharedPollLease(ISharedState state, UpdateFeed feed, ReplicaName owner, TimeProvider timeProvider, ILogger<SharedPollLease> logger)
    {
        (_state, _feed, _owner, _timeProvider, _logger) = (state, feed, owner.Text, timeProvider, logger);
        _alarm = timeProvider.CreateTimer(_ => _freed.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        state.LeaseFreed += _freed.Set;
    }

    /// <summary>Where epochs come from; the simulation has its own source.</summary>
    internal Func<ulong> DrawEpoch { get; init; } = StatusVersion.NewEpoch;

    public async ValueTask<PollTerm> AcquireAsync(CancellationToken cancellationToken)
    {
        using var wakeUp = cancellationToken.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), _freed);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var epoch = DrawEpoch();
            var asked = _timeProvider.GetTimestamp();
            try
            {
                var answer = await _state.TryAcquireAsync(_owner, epoch, LeaseTimes.Duration, cancellationToken);
                Reached();
                if (answer.IsGranted) return Hold(epoch, asked);
                await WaitAsync(answer.Remaining < LeaseTimes.AskEvery ? answer.Remaining : LeaseTimes.AskEvery);
            }
            catch (SharedStateException e)
            {
                if (Failed(e)) return Isolate();
                await WaitAsync(LeaseTimes.RetryEvery);
            }
        }
    }

    public async ValueTask ReleaseAsync(PollTerm term)
    {
        if (_holding is { } holding)
        {
            _holding = null;
            holding.Cancel();
            holding.Dispose();
        }

        if (term.IsIsolated)
        {
            _feed.LeaveIsolation();
            _logger.IsolationEnded();
            return;
        }

        try
        {
            await _state.ReleaseAsync(_owner, term.Epoch, CancellationToken.None);
        }
        catch (SharedStateException)
        {
            // It runs out by itself.
        }
    }

    public void Dispose()
    {
        _state.LeaseFreed -= _freed.Set;
        _alarm.Dispose();
        _holding?.Dispose();
    }

    private PollTerm Hold(ulong epoch, long asked)
    {
        _holding = new CancellationTokenSource();
        _ = RenewAsync(epoch, asked, _holding);
        return new PollTerm(epoch, _holding.Token);
    }

    private async Task RenewAsync(ulong epoch, long asked, CancellationTokenSource holding)
    {
        // The token outlives the source: a released term disposes of it while this task may still look at it.
        var token = holding.Token;
        await using var expiry = _timeProvider.CreateTimer(static state => Lose((CancellationTokenSource)state!), holding, LeaseTimes.Duration - _timeProvider.GetElapsedTime(asked), Timeout.InfiniteTimeSpan);
        var pause = LeaseTimes.RenewEvery;
        while (true)
        {
            await Task.Delay(pause, _timeProvider, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (token.IsCancellationRequested) return;
            asked = _timeProvider.GetTimestamp();
            try
            {
                var isMine = await _state.RenewAsync(_owner, epoch, LeaseTimes.Duration, token);
                Reached();
                if (!isMine)
                {
                    Lose(holding);
                    return;
                }

                expiry.Change(LeaseTimes.Duration - _timeProvider.GetElapsedTime(asked), Timeout.InfiniteTimeSpan);
                pause = LeaseTimes.RenewEvery;
            }
            catch (SharedStateException e)
            {
                Failed(e);
                pause = LeaseTimes.RetryEvery;
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static void Lose(CancellationTokenSource holding)
    {
        try
        {
            holding.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Released already.
        }
    }

    private PollTerm Isolate()
    {
        _holding = new CancellationTokenSource();
        _feed.EnterIsolation();
        _logger.IsolationBegan();
        _ = ProbeAsync(_holding);

        // An epoch of its own: the one just asked for may have been granted, with the answer lost.
        return new PollTerm(DrawEpoch(), _holding.Token, IsIsolated: true);
    }

    /// <summary>Ends isolation as soon as the shared state answers again.</summary>
    private async Task ProbeAsync(CancellationTokenSource holding)
    {
        var token = holding.Token;
        while (!token.IsCancellationRequested)
        {
            await Task.Delay(LeaseTimes.RetryEvery, _timeProvider, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (token.IsCancellationRequested) return;
            try
            {
                await _state.GetWatchedAsync(token);
                Reached();
                Lose(holding);
            }
            catch (SharedStateException)
            {
                // Still gone.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async ValueTask WaitAsync(TimeSpan time)
    {
        _alarm.Change(time, Timeout.InfiniteTimeSpan);
        await _freed.WaitAsync();
    }

    private void Reached() => (_outOfReachSince, _failures) = (null, 0);

    /// <summary>True when the shared state has been out of reach for longer than is waited for. One failure is none: a paused process sees one.</summary>
    private bool Failed(SharedStateException failure)
    {
        if (_failures++ == 0) _logger.OutOfReach(failure.Message);
        _outOfReachSince ??= _timeProvider.GetTimestamp();
        return _failures > 1 && _timeProvider.GetElapsedTime(_outOfReachSince.Value) >= LeaseTimes.Grace;
    }
}
