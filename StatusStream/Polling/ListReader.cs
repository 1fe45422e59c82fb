using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;
using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>Reads the backend's list once per interval while some stream wants to hear of it; asks with its entity tag, so that one that has not changed costs little.</summary>
internal sealed class ListReader(BackendList list, ListWatch watch, PollCadence cadence, TimeProvider timeProvider)
{
    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(BackgroundLoop loop, CancellationToken cancellationToken)
    {
        using var wakeUp = cancellationToken.UnsafeRegister(static began => ((AsyncSignal)began!).Set(), watch.Began);
        while (!cancellationToken.IsCancellationRequested)
        {
            if (!watch.IsWanted)
            {
                loop.Rest();
                await watch.Began.WaitAsync();
                continue;
            }

            loop.Turn(cadence.Interval + cadence.RequestTimeout);
            await ReadAsync(cancellationToken);
            await Task.Delay(cadence.Interval, timeProvider, cancellationToken);
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            watch.Take((await list.ReadAsync(cancellationToken)).Tag.Set);
        }
        catch (BackendException)
        {
            // The next turn reads it again; who asks for the list is told why it cannot be read.
        }
    }
}
