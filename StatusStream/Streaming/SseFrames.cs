using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Streaming.Compression;

namespace PipelineAspire.StatusStream.Streaming;

/// <summary>
/// The events of the contract as bytes. A record's frame is encoded once for all who get it. Ids and statuses have no
/// character that JSON would escape.
/// </summary>
internal sealed class SseFrames
{
    private const int LongestHeartbeat = 128;
    private const int LongestRevision = 40;
    private const string TooManyPipelines = "too_many_pipelines";
    private const int LongestBatchItem = 64 + PipelineId.MaxLength;

    private readonly string _errorEventName;
    private readonly Func<PipelineRecord, int, byte[]> _encodeUpdate = EncodeUpdate;
    private readonly Func<PipelineRecord, int, byte[]> _encodeFieldsUpdate = EncodeFieldsUpdate;
    private readonly Func<PipelineRecord, int, byte[]> _encodeError;
    private readonly Func<byte[], byte[]> _compress = static frame => DeflateBlock.Compress(frame);

    public SseFrames(IOptions<StreamingOptions> options)
    {
        _errorEventName = options.Value.ErrorEventName;
        _encodeError = EncodeError;
    }

    /// <summary>How long a browser waits before it reconnects; the first bytes of every stream.</summary>
    public static ReadOnlyMemory<byte> Preamble { get; } = "retry: 1000\n\n"u8.ToArray();

    /// <summary>A status other than the one told before.</summary>
    public ReadOnlySpan<byte> Update(PipelineRecord record, PipelineStatus? told, FieldsPart fields = FieldsPart.None) =>
        record.Encoded(VariantOf(told, fields), _encodeUpdate);

    /// <summary>The same as a block.</summary>
    public ReadOnlySpan<byte> CompressedUpdate(PipelineRecord record, PipelineStatus? told, FieldsPart fields = FieldsPart.None) =>
        record.Compressed(VariantOf(told, fields), _encodeUpdate, _compress);

    /// <summary>Fields other than those told before, all of them or what is different from the record before.</summary>
    public ReadOnlySpan<byte> FieldsUpdate(PipelineRecord record, FieldsPart fields) => record.Encoded(VariantOf(fields), _encodeFieldsUpdate);

    /// <summary>The same as a block.</summary>
    public ReadOnlySpan<byte> CompressedFieldsUpdate(PipelineRecord record, FieldsPart fields) =>
        record.Compressed(VariantOf(fields), _encodeFieldsUpdate, _compress);

    /// <summary>The beginning of an episode of errors.</summary>
    public ReadOnlySpan<byte> Error(PipelineRecord record) => record.Encoded(ErrorVariant, _encodeError);

    /// <summary>The same as a block.</summary>
    public ReadOnlySpan<byte> CompressedError(PipelineRecord record) => record.Compressed(ErrorVariant, _encodeError, _compress);

    /// <summary>The replica is going away.</summary>
    public byte[] Draining(DateTimeOffset now) =>
        ErrorFrame(now.ToUnixTimeMilliseconds(), "This replica is shutting down; reconnect.", "server_draining", pipelineId: null);

    /// <summary>The credentials that the stream was opened with have run out.</summary>
    public byte[] SignedOut(DateTimeOffset now) =>
        ErrorFrame(now.ToUnixTimeMilliseconds(), "The credentials of this stream have run out; sign in again.", "signed_out", pipelineId: null);

    /// <summary>What the stream was told cannot be confirmed at the moment.</summary>
    public byte[] Stalled(DateTimeOffset now) =>
        ErrorFrame(now.ToUnixTimeMilliseconds(), "Statuses cannot be confirmed at the moment.", "polling_stalled", pipelineId: null);

    /// <summary>What the stream is changed by.</summary>
    /// <param name="handle">Names it.</param>
    /// <param name="now">The time.</param>
    /// <param name="expiresInMs">How long the credentials that it was opened with are good, in milliseconds; null for ever.</param>
    public static byte[] Stream(string handle, DateTimeOffset now, long? expiresInMs = null) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"event: stream\ndata: {{\"type\":\"stream\",\"timestamp\":{now.ToUnixTimeMilliseconds()},\"stream\":\"{handle}\"")
        + (expiresInMs is { } left ? string.Create(CultureInfo.InvariantCulture, $",\"expiresInMs\":{left}}}\n\n") : "}\n\n"));

    /// <summary>The backend's list shows other pipelines.</summary>
    /// <param name="set">Names them.</param>
    /// <param name="now">The time.</param>
    public static byte[] ListChanged(string set, DateTimeOffset now) => Encoding.UTF8.GetBytes(
        $"event: list_changed\ndata: {{\"type\":\"list_changed\",\"timestamp\":{now.ToUnixTimeMilliseconds()},\"etag\":\"\\\"{set}\\\"\"}}\n\n");

    /// <summary>The time by this hub's monotonic clock, for a hub that passes the stream on.</summary>
    public static byte[] Clock(long clock, DateTimeOffset now) => Encoding.UTF8.GetBytes(
        $"event: freshness\ndata: {{\"type\":\"freshness\",\"timestamp\":{now.ToUnixTimeMilliseconds()},\"clock\":{clock}}}\n\n");

    /// <summary>How long everything that the stream was told counts as confirmed, for a hub that passes it on.</summary>
    public static byte[] Lease(in StreamEvent told, DateTimeOffset now)
    {
        var lease = told.Lease!;
        var exceptions = lease.Exceptions.Count == 0 ? "" : string.Create(
            CultureInfo.InvariantCulture,
            $",\"except\":{{{string.Join(',', lease.Exceptions.Select(pair => $"\"{pair.Key}\":{(long)pair.Value.TotalMilliseconds}"))}}}");
        return Encoding.UTF8.GetBytes(
            $"event: freshness\nid: {told.Version}\ndata: {{\"type\":\"freshness\",\"timestamp\":{now.ToUnixTimeMilliseconds()},\"clock\":{told.Clock}," +
            $"\"confirmedFor\":{(long)lease.For.TotalMilliseconds}{exceptions}}}\n\n");
    }

    /// <summary>A sign of life.</summary>
    public static void WriteHeartbeat(IBufferWriter<byte> output, DateTimeOffset now)
    {
        Utf8.TryWrite(output.GetSpan(LongestHeartbeat),
            $"event: heartbeat\ndata: {{\"type\":\"heartbeat\",\"timestamp\":{now.ToUnixTimeMilliseconds()}}}\n\n", out var written);
        output.Advance(written);
    }

    /// <summary>The first part of a batch, before its items.</summary>
    public static void WriteBatchStart(IBufferWriter<byte> output, in StreamEvent batch, DateTimeOffset now)
    {
        var version = batch.Version;
        Utf8.TryWrite(output.GetSpan(LongestHeartbeat * 2),
            $"event: batch_update\nid: {version.Epoch:x16}-{version.Sequence}\ndata: " +
            $"{{\"type\":\"batch_update\",\"timestamp\":{now.ToUnixTimeMilliseconds()},",
            out var written);
        output.Advance(written);
        if (batch.Revision > 0)
        {
            Utf8.TryWrite(output.GetSpan(LongestRevision), $"\"revision\":{batch.Revision},", out written);
            output.Advance(written);
        }

        if (batch.IsPartial) output.Write("\"partial\":true,"u8);
        if (batch.IsBehind) output.Write("\"behind\":true,"u8);
        output.Write("\"updates\":["u8);
    }

    /// <summary>One pipeline of a batch.</summary>
    public static void WriteBatchItem(IBufferWriter<byte> output, PipelineRecord record, bool isFirst)
    {
        var separator = isFirst ? "" : ",";
        Utf8.TryWrite(output.GetSpan(LongestBatchItem),
            $"{separator}{{\"pipelineId\":\"{record.PipelineId}\",\"status\":\"{record.Status.GetValueOrDefault().Name()}\"}}", out var written);
        output.Advance(written);
    }

    /// <summary>One pipeline of a batch for a stream that gets fields.</summary>
    public static void WriteBatchItemWithFields(IBufferWriter<byte> output, PipelineRecord record, bool isFirst)
    {
        if (record.Fields is not { IsEmpty: false } fields)
        {
            WriteBatchItem(output, record, isFirst);
            return;
        }

        var separator = isFirst ? "" : ",";
        Utf8.TryWrite(output.GetSpan(LongestBatchItem),
            $"{separator}{{\"pipelineId\":\"{record.PipelineId}\",\"status\":\"{record.Status.GetValueOrDefault().Name()}\",\"fields\":", out var written);
        output.Advance(written);
        fields.Write(output);
        output.Write("}"u8);
    }

    /// <summary>The last part of a batch.</summary>
    public static void WriteBatchEnd(IBufferWriter<byte> output) => output.Write("]}\n\n"u8);

    private static int ErrorVariant => PipelineRecord.FrameVariants - 1;

    private static int FirstWithFields => PipelineRecord.FrameVariants;

    private static int UpdateVariants => PipelineStatuses.Count + 1;

    // Without fields, with those changed, with all: one variant for each status told before and one for none; then those of fields alone.
    private static int VariantOf(PipelineStatus? told, FieldsPart fields)
    {
        var status = told is { } previous ? (int)previous + 1 : 0;
        return fields == FieldsPart.None ? status : FirstWithFields + (((int)fields - 1) * UpdateVariants) + status;
    }

    private static int VariantOf(FieldsPart fields) => FirstWithFields + (2 * UpdateVariants) + (int)fields - 1;

    private static byte[] EncodeUpdate(PipelineRecord record, int variant)
    {
        var withFields = variant - FirstWithFields;
        var fields = withFields < 0 ? FieldsPart.None : (FieldsPart)(1 + (withFields / UpdateVariants));
        var told = withFields < 0 ? variant : withFields % UpdateVariants;
        var previous = told == 0 ? "" : $",\"previousStatus\":\"{((PipelineStatus)(told - 1)).Name()}\"";
        return Encoding.UTF8.GetBytes(
            $"event: status_update\nid: {record.Version}\ndata: " +
            $"{{\"type\":\"status_update\",\"timestamp\":{record.Timestamp}," +
            $"\"pipelineId\":\"{record.PipelineId}\",\"status\":\"{record.Status.GetValueOrDefault().Name()}\"{previous}{FieldsText(record, fields)}}}\n\n");
    }

    private static byte[] EncodeFieldsUpdate(PipelineRecord record, int variant) => Encoding.UTF8.GetBytes(
        $"event: fields_update\nid: {record.Version}\ndata: " +
        $"{{\"type\":\"fields_update\",\"timestamp\":{record.Timestamp}," +
        $"\"pipelineId\":\"{record.PipelineId}\"{FieldsText(record, (FieldsPart)(variant - VariantOf(FieldsPart.Changed) + 1))}}}\n\n");

    private static string FieldsText(PipelineRecord record, FieldsPart part)
    {
        if (part == FieldsPart.None) return "";
        var output = new ArrayBufferWriter<byte>();
        if (part == FieldsPart.All) PipelineFields.WriteAll(record.Fields, output);
        else PipelineFields.WriteChanged(record.FieldsBefore, record.Fields, output);
        return $",\"fields\":{Encoding.UTF8.GetString(output.WrittenSpan)}";
    }

    private byte[] EncodeError(PipelineRecord record, int variant)
    {
        var (message, code) = record.Condition switch
        {
            PipelineCondition.NotFound => ($"The backend has no pipeline '{record.PipelineId}'.", "pipeline_not_found"),
            PipelineCondition.BeyondWatched => (
                $"Pipeline '{record.PipelineId}' is not watched: as many are as may be (StatusStream:MaxWatchedPipelines).", TooManyPipelines),
            PipelineCondition.BeyondNew => (
                $"Pipeline '{record.PipelineId}' is not watched: this client has asked for too many that nobody knows "
                + "(StatusStream:Limits:NewPipelinesPerMinutePerClient).", TooManyPipelines),
            _ => ($"The status of pipeline '{record.PipelineId}' could not be read.", "backend_unavailable"),
        };
        return ErrorFrame(record.Timestamp, message, code, record.PipelineId);
    }

    private byte[] ErrorFrame(long timestamp, string message, string code, string? pipelineId)
    {
        var about = pipelineId is null ? "" : $",\"pipelineId\":\"{pipelineId}\"";
        return Encoding.UTF8.GetBytes(
            $"event: {_errorEventName}\ndata: {{\"type\":\"error\",\"timestamp\":{timestamp},\"message\":\"{message}\",\"code\":\"{code}\"{about}}}\n\n");
    }
}
