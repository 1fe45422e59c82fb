using System.ComponentModel.DataAnnotations;
using PipelineAspire.StatusStream.Streaming.Compression;

namespace PipelineAspire.StatusStream.Streaming;

/// <summary>What streams may cost, and their heartbeats: section <c>StatusStream</c>.</summary>
public sealed class StreamingOptions
{
    /// <summary>The section of the configuration that the options are bound to.</summary>
    public const string Section = "StatusStream";

    /// <summary>How often a stream says that it lives. Default 30 s, 100 ms to 1 h.</summary>
    [SettingRange("00:00:00.100", "01:00:00")]
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many times as many pipelines a stream may watch by watch requests as by its address.</summary>
    internal const int MostTimesByWatchRequests = 20;

    /// <summary>
    /// How many pipelines the address of one stream or poll may ask for; by watch requests a stream may watch 20 times as many.
    /// Default 500, 1 to 10000.
    /// </summary>
    [SettingRange(1, 10_000)]
    public int MaxPipelinesPerStream { get; set; } = 500;

    /// <summary>
    /// How many streams this replica serves at once. Default 50000, 1 to 1000000; fewer where the limit of open files asks
    /// for it, which is logged at start.
    /// </summary>
    [SettingRange(1, 1_000_000)]
    public int MaxStreams { get; set; } = 50_000;

    /// <summary>
    /// Streams over plain HTTP/1.1 go straight to their sockets once they are admitted; the request is over then, for the
    /// HTTP stack and its middleware. Default true.
    /// </summary>
    public bool DirectStreams { get; set; } = true;

    /// <summary>
    /// What is compressed of a stream whose client sends <c>Accept-Encoding: gzip</c>: <c>Off</c>, <c>Snapshot</c> (default: batches of more
    /// than 1 KiB) or <c>All</c> (every event that becomes shorter by it). No compressor is kept for a stream.
    /// </summary>
    [EnumDataType(typeof(StreamCompression), ErrorMessage = Section + ":Compression must be Off, Snapshot or All.")]
    public StreamCompression Compression { get; set; } = StreamCompression.Snapshot;

    /// <summary>
    /// The event name of errors. Default <c>error</c>, for which EventSource calls onerror as it does for a broken
    /// connection; <c>status_error</c>, say, spares clients that cannot tell the two apart. Not the name of another event.
    /// </summary>
    [Required(ErrorMessage = Section + ":ErrorEventName must not be empty.")]
    [RegularExpression("[A-Za-z0-9_.-]{1,64}", ErrorMessage = Section + ":ErrorEventName must be 1 to 64 of A-Z a-z 0-9 _ . -")]
    [DeniedValues(
        "batch_update", "status_update", "fields_update", "heartbeat", "stream", "list_changed", "freshness", "open",
        ErrorMessage = Section + ":ErrorEventName must not be the name of another event.")]
    public string ErrorEventName { get; set; } = "error";
}
