using System.Text.Json;
using System.Text.Json.Serialization;

namespace PipelineAspire.StatusStream.Streaming.Watching;

/// <summary>What became of a watch request.</summary>
internal enum WatchOutcome
{
    /// <summary>Made: a batch on the stream acknowledges it.</summary>
    Accepted,

    /// <summary>There is no such stream.</summary>
    NoSuchStream,

    /// <summary>Its revision is not above the last.</summary>
    OldRevision,

    /// <summary>The stream would watch more than it may.</summary>
    TooManyPipelines,

    /// <summary>The stream is changed too often.</summary>
    TooOften,
}

/// <summary>The answer to a watch request, as one replica says it to another.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Revision">The revision that was accepted last.</param>
/// <param name="Pipelines">How many pipelines the stream would watch.</param>
/// <param name="RetryAfterMs">When to come back, in milliseconds.</param>
/// <param name="MaxPipelines">How many it may watch, where that is too many.</param>
internal readonly record struct WatchAnswer(WatchOutcome Outcome, long Revision = 0, int Pipelines = 0, int RetryAfterMs = 0, int MaxPipelines = 0)
{
    /// <summary>There is no such stream.</summary>
    public static readonly WatchAnswer NoSuchStream = new(WatchOutcome.NoSuchStream);

    /// <summary>For another replica.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, WatchJson.Default.WatchAnswer);

    /// <summary>From another replica; one that cannot be read is none.</summary>
    public static WatchAnswer Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, WatchJson.Default.WatchAnswer);
        }
        catch (JsonException)
        {
            return NoSuchStream;
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, GenerationMode = JsonSourceGenerationMode.Metadata, UseStringEnumConverter = true, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(WatchAnswer))]
[JsonSerializable(typeof(WatchBody))]
[JsonSerializable(typeof(AcceptedWatch))]
internal sealed partial class WatchJson : JsonSerializerContext;
