using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;
using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>
/// Reads the list whenever it is older than an interval, while some stream wants to hear of it; so all replicas look when it is due,
/// whichever of them reads it then.
/// </summary>
internal sealed class ListReader(BackendList list, ListWatch watch, PollCadence cadence, TimeProvider timeProvider)
{
    /// <summary>Timers count whole milliseconds: rounded down, the loop would spin through the last of them.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(2);

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
            var pause = await ReadAsync(cancellationToken) ? list.FreshFor : cadence.Interval;
            await Task.Delay(pause > ShortestPause ? pause : ShortestPause, timeProvider, cancellationToken);
        }
    }

    private async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            watch.Take((await list.ReadAsync(cancellationToken)).Tag.Set);
            return true;
        }
        catch (BackendException)
        {
            return false; // the next turn reads it again; who asks for the list is told why it cannot be read
        }
    }
}
