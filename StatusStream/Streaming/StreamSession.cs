using System.IO.Pipelines;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Streaming;

/// <summary>
/// One client's stream: sleeps until there is something to say and then says all of it in one flush. While the client
/// keeps up, whoever wakes it does the saying and the stream sleeps on; it goes on by itself where it has to wait.
/// </summary>
internal sealed class StreamSession(
    PipeWriter output, Subscriber subscriber, SseFrames frames, StatusStreamMetrics metrics, TimeProvider timeProvider) : IBeating, IAttendant
{
    /// <summary>A client that takes nothing for this long is cut off.</summary>
    public static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Written bytes are handed to the connection in pieces of about this size, so that a slow client holds little.</summary>
    private const int FlushThreshold = 8 * 1024;

    private Task<FlushResult>? _flush;
    private Progress? _reached;
    private IReadOnlyList<PipelineRecord>? _batch;
    private int _batchItems;
    private bool _isBeatDue;
    private bool _isDraining;
    private bool _isAborted;
    private bool _isLastSaid;

    /// <summary>How far it came without waiting.</summary>
    private enum Progress
    {
        /// <summary>All is said.</summary>
        Rests,

        /// <summary>The client must be waited for, or the silence.</summary>
        IsHeldUp,

        /// <summary>The stream is over.</summary>
        Ended,
    }

    /// <summary>Asked before anything is said.</summary>
    public required StreamSilence Silence { get; init; }

    /// <summary>How many pipelines it is about.</summary>
    public int Pipelines => subscriber.PipelineIds.Count;

    public void Beat()
    {
        Volatile.Write(ref _isBeatDue, true);
        subscriber.Signal.SetHere();
    }

    /// <summary>Ends the stream with <c>server_draining</c>.</summary>
    public void Drain() => Raise(ref _isDraining);

    /// <summary>Runs until the client leaves, is cut off, or the replica drains.</summary>
    /// <exception cref="ClientTooSlowException">The client took nothing for <see cref="WriteTimeout"/>.</exception>
    public async Task RunAsync(CancellationToken aborted)
    {
        using var leaving = aborted.UnsafeRegister(static session => ((StreamSession)session!).Abort(), this);
        await WaitForFirstBatchAsync();
        Tell(subscriber.Begin());
        subscriber.Signal.Attendant = this;
        while (true)
        {
            // What was reached by whoever woke this is not to be lost: a flush may be under way.
            var reached = _reached ?? Tell();
            _reached = null;
            if (reached == Progress.Ended) return;
            if (reached == Progress.Rests) await subscriber.Signal.WaitAsync();
            else if (!await CatchUpAsync(aborted)) return;
        }
    }

    bool IAttendant.Attend()
    {
        var reached = Tell();
        if (reached == Progress.Rests) return true;
        _reached = reached;
        return false;
    }

    private async ValueTask WaitForFirstBatchAsync()
    {
        while (!subscriber.IsFirstBatchDue && !Volatile.Read(ref _isDraining) && !Volatile.Read(ref _isAborted)) await subscriber.Signal.WaitAsync();
    }

    private void Abort() => Raise(ref _isAborted);

    private void Raise(ref bool flag)
    {
        Volatile.Write(ref flag, true);
        subscriber.Signal.Set();
    }

    /// <summary>Says what there is to say, as far as it goes without waiting.</summary>
    private Progress Tell()
    {
        while (!Volatile.Read(ref _isAborted))
        {
            if (!Silence.IsOver) return Progress.IsHeldUp;
            while (output.UnflushedBytes < FlushThreshold && TellNext())
            {
            }

            if (output.UnflushedBytes == 0) return _isLastSaid ? Progress.Ended : Progress.Rests;
            var flush = output.FlushAsync(CancellationToken.None);
            if (!flush.IsCompletedSuccessfully)
            {
                _flush = flush.AsTask();
                return Progress.IsHeldUp;
            }

            if (!IsOpen(flush.Result)) return Progress.Ended;
        }

        return Progress.Ended;
    }

    /// <summary>Writes the next piece; false when there is none.</summary>
    private bool TellNext()
    {
        if (_batch is not null) TellBatchItem();
        else if (_isLastSaid) return false;
        else if (subscriber.TryTake(out var delivery)) Tell(delivery);
        else if (Volatile.Read(ref _isBeatDue)) TellHeartbeat();
        else if (Volatile.Read(ref _isDraining)) TellLast();
        else return false;
        return true;
    }

    private void Tell(Delivery delivery)
    {
        switch (delivery.Kind)
        {
            case DeliveryKind.Update:
                Write(frames.Update(delivery.Record!, delivery.Told));
                break;
            case DeliveryKind.Error:
                Write(frames.Error(delivery.Record!));
                break;
            case DeliveryKind.Stalled:
                Write(frames.Stalled(timeProvider.GetUtcNow()));
                break;
            default:
                SseFrames.WriteBatchStart(output, delivery.Version, timeProvider.GetUtcNow());
                _batch = delivery.Records;
                _batchItems = 0;
                break;
        }
    }

    private void TellBatchItem()
    {
        if (_batchItems < _batch!.Count)
        {
            SseFrames.WriteBatchItem(output, _batch[_batchItems], isFirst: _batchItems++ == 0);
            return;
        }

        SseFrames.WriteBatchEnd(output);
        _batch = null;
    }

    private void TellHeartbeat()
    {
        Volatile.Write(ref _isBeatDue, false);
        SseFrames.WriteHeartbeat(output, timeProvider.GetUtcNow());
    }

    private void TellLast()
    {
        Write(frames.Draining(timeProvider.GetUtcNow()));
        _isLastSaid = true;
    }

    private void Write(ReadOnlySpan<byte> frame)
    {
        frame.CopyTo(output.GetSpan(frame.Length));
        output.Advance(frame.Length);
    }

    /// <summary>Waits for what holds it up; false when the stream is over.</summary>
    private async ValueTask<bool> CatchUpAsync(CancellationToken aborted)
    {
        if (!Silence.IsOver) await Silence.WaitAsync(aborted);
        if (_flush is not { } flush) return true;
        _flush = null;
        try
        {
            return IsOpen(await flush.WaitAsync(WriteTimeout, timeProvider, aborted));
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
