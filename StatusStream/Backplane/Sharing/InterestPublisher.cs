using System.Collections.Concurrent;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Backplane.Sharing;

/// <summary>
/// Keeps telling the others what is watched here: at once what is new, and everything once per interval. What nobody can be told of
/// nobody reads, so a refusal that lasts is an outage like others.
/// </summary>
internal sealed class InterestPublisher : IDisposable
{
    private static readonly TimeSpan ShortestInterest = TimeSpan.FromSeconds(1);

    private readonly ISharedState _state;
    private readonly UpdateFeed _feed;
    private readonly WatchList _watchList;
    private readonly PollCadence _cadence;
    private readonly ConcurrentQueue<IReadOnlyList<string>> _began = new();
    private readonly ConcurrentQueue<IReadOnlyList<string>> _documents = new();
    private readonly AsyncSignal _signal = new();
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _alarm;
    private long? _refusedSince;

    public InterestPublisher(ISharedState state, UpdateFeed feed, WatchList watchList, PollCadence cadence, TimeProvider timeProvider)
    {
        (_state, _feed, _watchList, _cadence, _timeProvider) = (state, feed, watchList, cadence, timeProvider);
        _alarm = timeProvider.CreateTimer(_ => _signal.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Somebody here began to watch these: they are to be read at once, whoever polls.</summary>
    public void Announce(IReadOnlyList<string> began)
    {
        _began.Enqueue(began);
        _signal.Set();
    }

    /// <summary>Somebody here wants the whole answers about these.</summary>
    public void AnnounceDocuments(IReadOnlyList<string> wanted)
    {
        _documents.Enqueue(wanted);
        _signal.Set();
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(BackgroundLoop loop, CancellationToken cancellationToken)
    {
        using var wakeUp = cancellationToken.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), _signal);
        while (!cancellationToken.IsCancellationRequested)
        {
            loop.Turn(_cadence.Interval);
            var began = new PollRequest(Take(_began), []) { Documents = Take(_documents) };
            var pause = _cadence.Interval;
            try
            {
                await PublishAsync(began, cancellationToken);
                _refusedSince = null;
            }
            catch (SharedStateException e)
            {
                // The next round says all of it again, and the poller looks through what is watched every interval.
                if (pause > LeaseTimes.RetryInterval) pause = LeaseTimes.RetryInterval;
                Refused(e);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            _alarm.Change(pause, Timeout.InfiniteTimeSpan);
            await _signal.WaitAsync();
        }
    }

    public void Dispose() => _alarm.Dispose();

    private void Refused(SharedStateException refusal)
    {
        if (_feed.IsIsolated) _refusedSince = null; // the rehearsal finds out when it is over
        else if (_timeProvider.GetElapsedTime(_refusedSince ??= _timeProvider.GetTimestamp()) >= LeaseTimes.Grace) _feed.RefuseSharing(refusal.Message);
    }

    private static List<string> Take(ConcurrentQueue<IReadOnlyList<string>> queue)
    {
        var all = new List<string>();
        while (queue.TryDequeue(out var pipelineIds)) all.AddRange(pipelineIds);
        return all;
    }

    private Task PublishAsync(PollRequest began, CancellationToken cancellationToken)
    {
        var whole = _cadence.RetainFor > ShortestInterest ? _cadence.RetainFor : ShortestInterest;
        var watched = _watchList.Current().Select(watch => watch with { Remaining = watch.Remaining ?? whole }).ToList();
        return watched.Count == 0 && began.IsEmpty ? Task.CompletedTask : _state.AnnounceAsync(watched, began, cancellationToken);
    }
}
