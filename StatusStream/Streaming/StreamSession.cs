using System.IO.Pipelines;
using PipelineAspire.StatusStream.Access;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Streaming.Compression;
using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Streaming;

/// <summary>
/// One client's stream: sleeps until there is something to say and then says all of it in one flush. While the client
/// keeps up, whoever wakes it does the saying and the stream sleeps on; it goes on by itself where it has to wait.
/// </summary>
internal sealed class StreamSession(
    PipeWriter output, Subscriber subscriber, SseFrames frames, StatusStreamMetrics metrics, TimeProvider timeProvider) : IHeartbeatTarget, IListListener, IInlineHandler
{
    /// <summary>A client that takes nothing for this long is cut off.</summary>
    public static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Written bytes are handed to the connection in pieces of about this size, so that a slow client holds little.</summary>
    private const int FlushThreshold = 8 * 1024;

    private readonly GzipWriter? _gzip = output as GzipWriter;
    private Task<FlushResult>? _flush;
    private Progress? _reached;
    private IReadOnlyList<PipelineRecord>? _batch;
    private int _batchItems;
    private string? _handle;
    private string? _list;
    private bool _isHeartbeatDue;
    private bool _isDraining;
    private bool _isSignedOut;
    private bool _isAborted;
    private bool _isEndWritten;

    /// <summary>How far it came without waiting.</summary>
    private enum Progress
    {
        /// <summary>All is written.</summary>
        Idle,

        /// <summary>The client must be waited for, or the hang.</summary>
        Blocked,

        /// <summary>The stream is over.</summary>
        Ended,
    }

    /// <summary>Asked before anything is written; null where nothing is ever made to hang.</summary>
    public InjectedHang? Hang { get; init; }

    /// <summary>What the stream is changed by, told after its first batch; null where it cannot be.</summary>
    public string? Handle
    {
        init => _handle = value;
    }

    /// <summary>When the credentials that the stream was opened with run out, told with the handle; null for never.</summary>
    public DateTimeOffset? Expires { private get; init; }

    /// <summary>How many pipelines it is about.</summary>
    public int Pipelines => subscriber.Count;

    public void SendHeartbeat()
    {
        Volatile.Write(ref _isHeartbeatDue, true);
        subscriber.Signal.SetInline();
    }

    void IListListener.ListChanged(string set)
    {
        Volatile.Write(ref _list, set);
        subscriber.Signal.Set();
    }

    /// <summary>Ends the stream with <c>server_draining</c>.</summary>
    public void Drain() => Raise(ref _isDraining);

    /// <summary>Ends the stream with <c>signed_out</c>.</summary>
    public void SignOut() => Raise(ref _isSignedOut);

    /// <summary>Runs until the client leaves, is cut off or signed out, or the replica drains.</summary>
    /// <exception cref="SlowClientException">The client took nothing for <see cref="WriteTimeout"/>.</exception>
    public async Task RunAsync(CancellationToken aborted)
    {
        using var leaving = aborted.UnsafeRegister(static session => ((StreamSession)session!).Abort(), this);
        if (subscriber.IsRelay) await TellClockAsync();
        await WaitForFirstBatchAsync();
        WriteEvent(subscriber.Begin());
        subscriber.Signal.InlineHandler = this;
        while (true)
        {
            // What was reached by whoever woke this is not to be lost: a flush may be under way.
            var reached = _reached ?? WritePending();
            _reached = null;
            if (reached == Progress.Ended) return;
            if (reached == Progress.Idle) await subscriber.Signal.WaitAsync();
            else if (!await WaitUntilWritableAsync(aborted)) return;
        }
    }

    bool IInlineHandler.TryHandle()
    {
        var reached = WritePending();
        if (reached == Progress.Idle) return true;
        _reached = reached;
        return false;
    }

    private async ValueTask WaitForFirstBatchAsync()
    {
        while (!subscriber.IsFirstBatchDue && !IsOver && !Volatile.Read(ref _isAborted)) await subscriber.Signal.WaitAsync();
    }

    /// <summary>A hub that passes the stream on learns the time here while it knows when it asked: later it can tell what is late.</summary>
    private async ValueTask TellClockAsync()
    {
        Write(SseFrames.Clock(RelayClock.Now(timeProvider), timeProvider.GetUtcNow()));
        await output.FlushAsync(CancellationToken.None).AsTask().WaitAsync(WriteTimeout, timeProvider);
    }

    /// <summary>True when the stream is to end in an orderly way.</summary>
    private bool IsOver => Volatile.Read(ref _isDraining) || Volatile.Read(ref _isSignedOut);

    private void Abort() => Raise(ref _isAborted);

    private void Raise(ref bool flag)
    {
        Volatile.Write(ref flag, true);
        subscriber.Signal.Set();
    }

    /// <summary>Writes what there is to write, as far as it goes without waiting.</summary>
    private Progress WritePending()
    {
        while (!Volatile.Read(ref _isAborted))
        {
            if (Hang is { IsOver: false }) return Progress.Blocked;
            while (output.UnflushedBytes < FlushThreshold && WriteNext())
            {
            }

            if (output.UnflushedBytes == 0) return _isEndWritten ? Progress.Ended : Progress.Idle;
            var flush = output.FlushAsync(CancellationToken.None);
            if (!flush.IsCompletedSuccessfully)
            {
                _flush = flush.AsTask();
                return Progress.Blocked;
            }

            if (!IsOpen(flush.Result)) return Progress.Ended;
        }

        return Progress.Ended;
    }

    /// <summary>Writes the next piece; false when there is none.</summary>
    private bool WriteNext()
    {
        if (_batch is not null) WriteBatchItem();
        else if (_handle is not null) WriteHandle(_handle);
        else if (_isEndWritten) return false;
        else if (Volatile.Read(ref _isSignedOut)) WriteEnd(frames.SignedOut(timeProvider.GetUtcNow()));
        else if (subscriber.TryTake(out var streamEvent)) WriteEvent(streamEvent);
        else if (Volatile.Read(ref _list) is not null) WriteList();
        else if (Volatile.Read(ref _isHeartbeatDue)) WriteHeartbeat();
        else if (Volatile.Read(ref _isDraining)) WriteEnd(frames.Draining(timeProvider.GetUtcNow()));
        else return false;
        return true;
    }

    private void WriteEvent(StreamEvent streamEvent)
    {
        switch (streamEvent.Kind)
        {
            case StreamEventKind.Update:
                WriteUpdate(streamEvent.Record!, streamEvent.PreviousStatus, streamEvent.Fields);
                break;
            case StreamEventKind.FieldsUpdate:
                WriteFieldsUpdate(streamEvent.Record!, streamEvent.Fields);
                break;
            case StreamEventKind.Error:
                WriteError(streamEvent.Record!);
                break;
            case StreamEventKind.Stalled:
                Write(frames.Stalled(timeProvider.GetUtcNow()));
                break;
            case StreamEventKind.Lease:
                Write(SseFrames.Lease(streamEvent, timeProvider.GetUtcNow()));
                break;
            default:
                SseFrames.WriteBatchStart(output, streamEvent, timeProvider.GetUtcNow());
                _batch = streamEvent.Records;
                _batchItems = 0;
                break;
        }
    }

    private void WriteUpdate(PipelineRecord record, PipelineStatus? previous, FieldsPart fields)
    {
        var frame = frames.Update(record, previous, fields);
        if (_gzip is { CompressesEvents: true }) _gzip.WriteBlock(frame, frames.CompressedUpdate(record, previous, fields));
        else Write(frame);
    }

    private void WriteFieldsUpdate(PipelineRecord record, FieldsPart fields)
    {
        var frame = frames.FieldsUpdate(record, fields);
        if (_gzip is { CompressesEvents: true }) _gzip.WriteBlock(frame, frames.CompressedFieldsUpdate(record, fields));
        else Write(frame);
    }

    private void WriteError(PipelineRecord record)
    {
        if (_gzip is { CompressesEvents: true }) _gzip.WriteBlock(frames.Error(record), frames.CompressedError(record));
        else Write(frames.Error(record));
    }

    private void WriteBatchItem()
    {
        if (_batchItems < _batch!.Count && _gzip is not null)
        {
            _batchItems += _gzip.WriteItems(_batch, _batchItems);
            return;
        }

        if (_batchItems < _batch.Count)
        {
            var isFirst = _batchItems == 0;
            var record = _batch[_batchItems++];
            if (subscriber.WantsFields) SseFrames.WriteBatchItemWithFields(output, record, isFirst);
            else SseFrames.WriteBatchItem(output, record, isFirst);
            return;
        }

        SseFrames.WriteBatchEnd(output);
        _batch = null;
    }

    private void WriteHandle(string handle)
    {
        _handle = null;
        var now = timeProvider.GetUtcNow();
        Write(SseFrames.Stream(handle, now, Viewer.ExpiresInMs(Expires, now)));
    }

    private void WriteList()
    {
        if (Interlocked.Exchange(ref _list, null) is { } set) Write(SseFrames.ListChanged(set, timeProvider.GetUtcNow()));
    }

    private void WriteHeartbeat()
    {
        Volatile.Write(ref _isHeartbeatDue, false);
        SseFrames.WriteHeartbeat(output, timeProvider.GetUtcNow());
    }

    private void WriteEnd(byte[] frame)
    {
        Write(frame);
        _gzip?.End();
        _isEndWritten = true;
    }

    private void Write(ReadOnlySpan<byte> frame)
    {
        frame.CopyTo(output.GetSpan(frame.Length));
        output.Advance(frame.Length);
    }

    /// <summary>Waits for what holds it up; false when the stream is over.</summary>
    private async ValueTask<bool> WaitUntilWritableAsync(CancellationToken aborted)
    {
        if (Hang is { IsOver: false } hang) await hang.WaitAsync(aborted);
        if (_flush is not { } flush) return true;
        _flush = null;
        try
        {
            return IsOpen(await flush.WaitAsync(WriteTimeout, timeProvider, aborted));
        }
        catch (TimeoutException)
        {
            metrics.StreamCutOff();
            throw new SlowClientException();
        }
    }

    private static bool IsOpen(FlushResult result) => !result.IsCompleted && !result.IsCanceled;
}
