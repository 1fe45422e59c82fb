using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;
using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Backplane.Upstream;

/// <summary>Reads the other hub's list when that says that it shows other pipelines, for those who want to hear of it.</summary>
internal sealed class UpstreamListReader
{
    private readonly BackendList _list;
    private readonly ListWatch _watch;
    private readonly PollCadence _cadence;
    private readonly UpstreamLoop _upstream;
    private readonly TimeProvider _timeProvider;
    private readonly AsyncSignal _changed = new();

    public UpstreamListReader(BackendList list, ListWatch watch, UpstreamLoop upstream, PollCadence cadence, TimeProvider timeProvider)
    {
        (_list, _watch, _upstream, _cadence, _timeProvider) = (list, watch, upstream, cadence, timeProvider);
        upstream.ListChanged += _changed.Set;
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(BackgroundLoop loop, CancellationToken cancellationToken)
    {
        using var wakeUp = cancellationToken.UnsafeRegister(static changed => ((AsyncSignal)changed!).Set(), _changed);
        var began = BeganAsync(cancellationToken);
        while (!cancellationToken.IsCancellationRequested)
        {
            loop.Rest();
            await _changed.WaitAsync();
            if (!_watch.IsWanted || cancellationToken.IsCancellationRequested) continue;
            loop.Turn(_cadence.Interval + _cadence.RequestTimeout);
            try
            {
                _list.Expire();
                _watch.Take((await _list.ReadAsync(cancellationToken)).Tag.Set);
            }
            catch (BackendException)
            {
                await Task.Delay(_cadence.Interval, _timeProvider, cancellationToken);
                _changed.Set();
            }
        }

        await began;
    }

    /// <summary>Whoever wants to hear of the list first is told what it shows; the other hub is asked to tell when that changes.</summary>
    private async Task BeganAsync(CancellationToken cancellationToken)
    {
        using var wakeUp = cancellationToken.UnsafeRegister(static began => ((AsyncSignal)began!).Set(), _watch.Began);
        while (!cancellationToken.IsCancellationRequested)
        {
            await _watch.Began.WaitAsync();
            _upstream.WakeUp();
            _changed.Set();
        }
    }
}
