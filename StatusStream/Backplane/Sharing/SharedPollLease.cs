using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Backplane.Sharing;

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
    private readonly TimeSpan _progressBound;
    private readonly AsyncSignal _freed = new();
    private readonly ITimer _alarm;
    private long? _outOfReachSince;
    private int _failures;
    private CancellationTokenSource? _holding;
    private long? _leftIsolationAt;
    private TimeSpan _probePause = LeaseTimes.RetryInterval;
    private long? _steppedAsideAt;

    public SharedPollLease(
        ISharedState state, UpdateFeed feed, ReplicaName owner, PollCadence cadence, TimeProvider timeProvider, ILogger<SharedPollLease> logger)
    {
        (_state, _feed, _owner, _timeProvider, _logger) = (state, feed, owner.Text, timeProvider, logger);
        _progressBound = cadence.ProgressBound(cadence.Interval);
        _alarm = timeProvider.CreateTimer(_ => _freed.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        state.LeaseReleased += _freed.Set;
    }

    /// <summary>Where epochs come from; the simulation has its own source.</summary>
    internal Func<ulong> DrawEpoch { get; init; } = StatusVersion.NewEpoch;

    public async ValueTask<LeaseTerm> AcquireAsync(CancellationToken cancellationToken)
    {
        using var wakeUp = cancellationToken.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), _freed);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_feed.Standstill() is { } reason) return Isolate(reason);
            if (_steppedAsideAt is { } since && _timeProvider.GetElapsedTime(since) < LeaseTimes.StepAside)
            {
                await WaitAsync(LeaseTimes.ChallengeInterval);
                continue;
            }

            var epoch = DrawEpoch();
            var asked = _timeProvider.GetTimestamp();
            try
            {
                var answer = await _state.TryAcquireAsync(_owner, epoch, LeaseTimes.Duration, cancellationToken);
                Reached();
                if (answer.IsGranted) return Hold(epoch, asked);
                await WaitAsync(answer.Remaining < LeaseTimes.ChallengeInterval ? answer.Remaining : LeaseTimes.ChallengeInterval);
            }
            catch (SharedStateException e)
            {
                if (Failed(e)) return Isolate(e.Message);
                await WaitAsync(LeaseTimes.RetryInterval);
            }
        }
    }

    public async ValueTask ReleaseAsync(LeaseTerm term, bool stepsAside = false)
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
            _leftIsolationAt = _timeProvider.GetTimestamp();
            _logger.IsolationEnded();
            return;
        }

        if (stepsAside)
        {
            _steppedAsideAt = _timeProvider.GetTimestamp();
            _logger.SteppedAside(LeaseTimes.StepAside);
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
        _state.LeaseReleased -= _freed.Set;
        _alarm.Dispose();
        _holding?.Dispose();
    }

    private LeaseTerm Hold(ulong epoch, long asked)
    {
        _holding = new CancellationTokenSource();
        _steppedAsideAt = null;
        _ = GuardAsync(RenewAsync(epoch, asked, _holding), _holding);
        return new LeaseTerm(epoch, _holding.Token, IsShared: true);
    }

    private async Task RenewAsync(ulong epoch, long asked, CancellationTokenSource holding)
    {
        // The token outlives the source: a released term disposes of it while this task may still look at it.
        var token = holding.Token;
        var began = asked;
        await using var expiry = _timeProvider.CreateTimer(
            static state => Lose((CancellationTokenSource)state!),
            holding,
            LeaseTimes.Duration - _timeProvider.GetElapsedTime(asked),
            Timeout.InfiniteTimeSpan);
        var pause = LeaseTimes.RenewInterval;
        while (true)
        {
            await Task.Delay(pause, _timeProvider, token).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
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
                pause = LeaseTimes.RenewInterval;

                // Whoever holds the lease and confirms nothing keeps everybody else from it; a new holder has yet to begin.
                if (_timeProvider.GetElapsedTime(began) < _progressBound || _feed.Standstill() is null) continue;
                _logger.LeaseGivenBack();
                await _state.ReleaseAsync(_owner, epoch, token);
                Lose(holding);
                return;
            }
            catch (SharedStateException e)
            {
                Failed(e);
                pause = LeaseTimes.RetryInterval;
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

    /// <summary>A task of its own must not end unseen: the term ends with it.</summary>
    private async Task GuardAsync(Task task, CancellationTokenSource holding)
    {
        try
        {
            await task;
        }
#pragma warning disable CA1031 // whatever it is, the lease is not kept without being renewed, nor isolation without an end
        catch (Exception e)
#pragma warning restore CA1031
        {
            _logger.LeaseTaskFailed(e);
            Lose(holding);
        }
    }

    private LeaseTerm Isolate(string reason)
    {
        _holding = new CancellationTokenSource();
        _feed.EnterIsolation();
        _logger.NoProgress(reason);

        // One that comes and goes is looked at ever less often.
        var isSoon = _leftIsolationAt is { } left && _timeProvider.GetElapsedTime(left) < LeaseTimes.LongestProbePause * 4;
        _probePause = !isSoon ? LeaseTimes.RetryInterval : _probePause * 2 < LeaseTimes.LongestProbePause ? _probePause * 2 : LeaseTimes.LongestProbePause;
        _ = GuardAsync(ProbeAsync(_holding), _holding);

        // An epoch of its own: the one just asked for may have been granted, with the answer lost.
        return new LeaseTerm(DrawEpoch(), _holding.Token, IsIsolated: true);
    }

    /// <summary>
    /// Ends isolation as soon as the shared state takes everything that sharing needs, and the shared loop is alive or to be had: one
    /// whose holder does nothing is no better than none.
    /// </summary>
    private async Task ProbeAsync(CancellationTokenSource holding)
    {
        var token = holding.Token;
        while (!token.IsCancellationRequested)
        {
            await Task.Delay(_probePause, _timeProvider, token).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (token.IsCancellationRequested) return;
            try
            {
                var loop = await _state.RehearseAsync(token);
                await _state.SnapshotAsync(token);
                if (loop.IsLeaseHeld && !(loop.SinceLastReading < _progressBound)) continue;
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
