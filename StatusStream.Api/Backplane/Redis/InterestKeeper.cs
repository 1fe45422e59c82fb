using System.Collections.Concurrent;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>Keeps telling the others what is watched here: at once what is new, and everything once per interval.</summary>
internal sealed class InterestKeeper : IDisposable
{
    private static readonly TimeSpan ShortestInterest = TimeSpan.FromSeconds(1);

    private readonly ISharedState _state;
    private readonly WatchList _watchList;
    private readonly PollCadence _cadence;
    private readonly ConcurrentQueue<IReadOnlyList<string>> _began = new();
    private readonly AsyncSignal _signal = new();
    private readonly ITimer _alarm;

    public InterestKeeper(ISharedState state, WatchList watchList, PollCadence cadence, TimeProvider timeProvider)
    {
        (_state, _watchList, _cadence) = (state, watchList, cadence);
        _alarm = timeProvider.CreateTimer(_ => _signal.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Somebody here began to watch these: they are to be read at once, whoever polls.</summary>
    public void Announce(IReadOnlyList<string> began)
    {
        _began.Enqueue(began);
        _signal.Set();
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(BackgroundLoop loop, CancellationToken cancellationToken)
    {
        using var wakeUp = cancellationToken.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), _signal);
        while (!cancellationToken.IsCancellationRequested)
        {
            loop.Turn(_cadence.Interval);
            var began = new List<string>();
            while (_began.TryDequeue(out var pipelineIds)) began.AddRange(pipelineIds);
            try
            {
                await SayAsync(began, cancellationToken);
            }
            catch (SharedStateException)
            {
                // The next round says all of it again, and the poller looks through what is watched every interval.
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            _alarm.Change(_cadence.Interval, Timeout.InfiniteTimeSpan);
            await _signal.WaitAsync();
        }
    }

    public void Dispose() => _alarm.Dispose();

    private Task SayAsync(List<string> began, CancellationToken cancellationToken)
    {
        var whole = _cadence.Linger > ShortestInterest ? _cadence.Linger : ShortestInterest;
        var watched = _watchList.Current().Select(watch => (watch.PipelineId, For: watch.Remaining ?? whole)).ToList();
        return watched.Count == 0 && began.Count == 0 ? Task.CompletedTask : _state.AnnounceAsync(watched, began, cancellationToken);
    }
}
