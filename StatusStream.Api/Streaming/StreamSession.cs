using System.IO.Pipelines;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Streaming;

/// <summary>One client's stream: a loop that sleeps until there is something to say and then says all of it in one flush.</summary>
internal sealed class StreamSession(
    PipeWriter output, Subscriber subscriber, PollCadence cadence, SseFrames frames, StatusStreamMetrics metrics, TimeProvider timeProvider) : IBeating
{
    /// <summary>A client that takes nothing for this long is cut off.</summary>
    public static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Written bytes are handed to the connection in pieces of about this size, so that a slow client holds little.</summary>
    private const int FlushThreshold = 8 * 1024;

    private bool _isBeatDue;
    private bool _isFirstBatchDue;
    private bool _isDraining;

    /// <summary>Asked before each flush.</summary>
    public required StreamSilence Silence { get; init; }

    /// <summary>How many pipelines it is about.</summary>
    public int Pipelines => subscriber.PipelineIds.Count;

    public void Beat()
    {
        Volatile.Write(ref _isBeatDue, true);
        subscriber.Signal.SetHere();
    }

    /// <summary>Ends the stream with <c>server_draining</c>.</summary>
    public void Drain()
    {
        Volatile.Write(ref _isDraining, true);
        subscriber.Signal.Set();
    }

    /// <summary>Runs until the client leaves, is cut off, or the replica drains.</summary>
    /// <exception cref="ClientTooSlowException">The client took nothing for <see cref="WriteTimeout"/>.</exception>
    public async Task RunAsync(CancellationToken aborted)
    {
        using var wakeUp = aborted.UnsafeRegister(static signal => ((Threading.AsyncSignal)signal!).Set(), subscriber.Signal);
        if (!await TellFirstBatchAsync(aborted)) return;
        while (!aborted.IsCancellationRequested)
        {
            while (subscriber.TryTake(out var delivery))
            {
                if (!await WriteAsync(delivery, aborted)) return;
            }

            if (Interlocked.Exchange(ref _isBeatDue, false)) SseFrames.WriteHeartbeat(output, timeProvider.GetUtcNow());
            var last = Volatile.Read(ref _isDraining);
            if (last) Write(frames.Draining(timeProvider.GetUtcNow()));
            if (output.UnflushedBytes > 0 && !await FlushAsync(aborted)) return;
            if (last) return;
            await subscriber.Signal.WaitAsync();
        }
    }

    /// <summary>The first batch goes out when every pipeline was read, or when a read would have been over.</summary>
    private async ValueTask<bool> TellFirstBatchAsync(CancellationToken aborted)
    {
        if (!subscriber.IsEveryPipelineRead)
        {
            await using var deadline = timeProvider.CreateTimer(static session => ((StreamSession)session!).EndWaiting(), this, cadence.RequestTimeout, Timeout.InfiniteTimeSpan);
            while (!subscriber.IsEveryPipelineRead && !Volatile.Read(ref _isFirstBatchDue) && !Volatile.Read(ref _isDraining) && !aborted.IsCancellationRequested)
                await subscriber.Signal.WaitAsync();
        }

        return await WriteAsync(subscriber.Begin(), aborted);
    }

    private void EndWaiting()
    {
        Volatile.Write(ref _isFirstBatchDue, true);
        subscriber.Signal.Set();
    }

    private async ValueTask<bool> WriteAsync(Delivery delivery, CancellationToken aborted)
    {
        switch (delivery.Kind)
        {
            case DeliveryKind.Update:
                Write(frames.Update(delivery.Record!, delivery.Told));
                break;
            case DeliveryKind.Error:
                Write(frames.Error(delivery.Record!));
                break;
            default:
                return await WriteBatchAsync(delivery, aborted);
        }

        return output.UnflushedBytes < FlushThreshold || await FlushAsync(aborted);
    }

    private async ValueTask<bool> WriteBatchAsync(Delivery batch, CancellationToken aborted)
    {
        SseFrames.WriteBatchStart(output, batch.Version, timeProvider.GetUtcNow());
        for (var i = 0; i < batch.Records!.Count; i++)
        {
            SseFrames.WriteBatchItem(output, batch.Records[i], isFirst: i == 0);
            if (output.UnflushedBytes >= FlushThreshold && !await FlushAsync(aborted)) return false;
        }

        SseFrames.WriteBatchEnd(output);
        return output.UnflushedBytes < FlushThreshold || await FlushAsync(aborted);
    }

    private void Write(ReadOnlySpan<byte> frame)
    {
        frame.CopyTo(output.GetSpan(frame.Length));
        output.Advance(frame.Length);
    }

    private async ValueTask<bool> FlushAsync(CancellationToken aborted)
    {
        if (!Silence.IsOver) await Silence.WaitAsync(aborted);
        var flush = output.FlushAsync(aborted);
        if (flush.IsCompletedSuccessfully) return IsOpen(flush.Result);
        try
        {
            return IsOpen(await flush.AsTask().WaitAsync(WriteTimeout, timeProvider, CancellationToken.None));
        }
        catch (TimeoutException)
        {
            metrics.StreamCutOff();
            throw new ClientTooSlowException();
        }
    }

    private static bool IsOpen(FlushResult result) => !result.IsCompleted && !result.IsCanceled;
}

/// <summary>A client did not read for longer than is borne with.</summary>
internal sealed class ClientTooSlowException : Exception;
