using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using PipelineAspire.StatusStream.Backplane.Sharing;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>What is stored and published, as JSON: readable with redis-cli, and open to new members.</summary>
internal static class RedisMessages
{
    /// <summary>A younger age is none.</summary>
    private static readonly TimeSpan ShortestAge = TimeSpan.FromSeconds(1);

    private static readonly double LongestAgeMs = TimeSpan.FromDays(1).TotalMilliseconds;

    /// <summary>Keeps what a broken message says within what a <see cref="TimeSpan"/> can hold.</summary>
    private const double LargestStretch = 1e6;

    /// <summary>What a rehearsal publishes; everybody passes it over.</summary>
    public static readonly byte[] Rehearsal = "{}"u8.ToArray();

    /// <summary>The word that the lease is free.</summary>
    public static readonly byte[] LeaseReleased = Serialize(new RequestMessage([], [], Released: true));

    /// <summary>An update as it is published.</summary>
    public static byte[] Write(PollUpdate update) => JsonSerializer.SerializeToUtf8Bytes(
        new UpdateMessage(
            update.Version.ToString(), update.UpdateNumber, update.ReadsStartedAfter,
            [.. update.Changed.Select(RecordMessage.Of)], update.Confirmed, update.Forgotten,
            update.Restored.Count == 0 ? null : [.. update.Restored.Select(RecordMessage.Of)],
            update.TraceParent, update.ReadAge < ShortestAge ? 0 : (long)update.ReadAge.TotalMilliseconds,
            update.Intervals.Count == 0
                ? null
                : update.Intervals.ToDictionary(pair => pair.Key, pair => (long)pair.Value.TotalMilliseconds, StringComparer.Ordinal),
            update.Refused.Count == 0 ? null : update.Refused,
            update.Stretch > 1 ? update.Stretch : 0),
        RedisJson.Default.UpdateMessage);

    /// <summary>A record as it is stored.</summary>
    public static byte[] Write(PipelineRecord record) => JsonSerializer.SerializeToUtf8Bytes(RecordMessage.Of(record), RedisJson.Default.RecordMessage);

    /// <summary>A request as it is published.</summary>
    public static byte[] Write(PollRequest request) => Serialize(
        new RequestMessage(request.Watched, request.RefreshRequested, Released: false, request.Documents.Count == 0 ? null : request.Documents));

    /// <exception cref="JsonException">It is not an update.</exception>
    public static PollUpdate ReadUpdate(ReadOnlySpan<byte> json)
    {
        var message = JsonSerializer.Deserialize(json, RedisJson.Default.UpdateMessage) ?? throw new JsonException("null is not an update");
        return new PollUpdate(
            ReadVersion(message.Version), [.. message.Changed.Select(record => record.ToRecord())], Ids(message.Confirmed), Ids(message.Forgotten))
        {
            UpdateNumber = message.UpdateNumber,
            ReadsStartedAfter = message.ReadsStartedAfter,
            TraceParent = message.TraceParent,
            ReadAge = TimeSpan.FromMilliseconds(Math.Clamp(message.ReadAgeMs, 0, LongestAgeMs)),
            Intervals = (message.Intervals ?? []).ToDictionary(
                pair => pair.Key, pair => TimeSpan.FromMilliseconds(Math.Clamp(pair.Value, 1, LongestAgeMs)), StringComparer.Ordinal),
            Refused = Ids(message.Refused ?? []),
            Restored = [.. (message.Restored ?? []).Select(record => record.ToRecord())],
            Stretch = Math.Clamp(message.Stretch, 1, LargestStretch),
        };
    }

    /// <exception cref="JsonException">It is not a record.</exception>
    public static PipelineRecord ReadRecord(ReadOnlySpan<byte> json) =>
        (JsonSerializer.Deserialize(json, RedisJson.Default.RecordMessage) ?? throw new JsonException("null is not a record")).ToRecord();

    /// <summary>Reads the record of this pipeline; false when it is none, or another's.</summary>
    public static bool TryReadRecord(string pipelineId, ReadOnlySpan<byte> json, [NotNullWhen(true)] out PipelineRecord? record)
    {
        try
        {
            record = ReadRecord(json);
            return record.PipelineId == pipelineId;
        }
        catch (JsonException)
        {
            record = null;
            return false;
        }
    }

    /// <exception cref="JsonException">It is not a request.</exception>
    public static (PollRequest Request, bool IsLeaseReleased) ReadRequest(ReadOnlySpan<byte> json)
    {
        var message = JsonSerializer.Deserialize(json, RedisJson.Default.RequestMessage) ?? throw new JsonException("null is not a request");
        return (new PollRequest(Ids(message.Watched), Ids(message.RefreshRequested)) { Documents = Ids(message.Documents ?? []) }, message.Released);
    }

    /// <summary>What is no id harms only itself.</summary>
    private static IReadOnlyList<string> Ids(IReadOnlyList<string> ids) =>
        ids.All(static id => PipelineId.IsValid(id)) ? ids : [.. ids.Where(static id => PipelineId.IsValid(id))];

    /// <exception cref="JsonException">It is not a version.</exception>
    private static StatusVersion ReadVersion(string text) =>
        StatusVersion.TryParse(text, out var version) ? version : throw new JsonException($"'{text}' is not a version");

    private static byte[] Serialize(RequestMessage message) => JsonSerializer.SerializeToUtf8Bytes(message, RedisJson.Default.RequestMessage);

    internal sealed record UpdateMessage(
        string Version,
        [property: JsonPropertyName("beat")] long UpdateNumber,
        [property: JsonPropertyName("begunAfter")] long ReadsStartedAfter,
        IReadOnlyList<RecordMessage> Changed, IReadOnlyList<string> Confirmed, IReadOnlyList<string> Forgotten,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<RecordMessage>? Restored = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TraceParent = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long ReadAgeMs = 0,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Dictionary<string, long>? Intervals = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Refused = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] double Stretch = 0);

    internal sealed record RequestMessage(
        [property: JsonPropertyName("began")] IReadOnlyList<string> Watched, [property: JsonPropertyName("noticed")] IReadOnlyList<string> RefreshRequested,
        [property: JsonPropertyName("freed")] bool Released,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Documents = null);

    internal sealed record RecordMessage(
        string Id, string Version, string? Status, string Condition, long Timestamp,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), JsonConverter(typeof(PipelineFieldsConverter))] PipelineFields? Fields = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? StatusVersion = null)
    {
        public static RecordMessage Of(PipelineRecord record) => new(
            record.PipelineId, record.Version.ToString(), record.Status?.Name(),
            Conditions.Name(record.Condition), record.Timestamp,
            record.Fields, record.ChangesFieldsAlone ? record.StatusVersion.ToString() : null);

        public PipelineRecord ToRecord()
        {
            var version = ReadVersion(Version);
            return new PipelineRecord(
                Id, version, PipelineStatuses.TryParse(Status, out var status) ? status : null,
                Conditions.Parse(Condition), Timestamp)
            {
                Fields = Fields,
                StatusVersion = StatusVersion is null ? version : ReadVersion(StatusVersion),
            };
        }
    }
}

/// <summary>Conditions as they are written: names of the wire, not of the code.</summary>
internal static class Conditions
{
    private static readonly (PipelineCondition Condition, string Name)[] Table =
    [
        (PipelineCondition.Ok, "ok"), (PipelineCondition.Error, "error"), (PipelineCondition.Timeout, "timeout"), (PipelineCondition.NotFound, "not_found"),
    ];

    public static string Name(PipelineCondition condition) => Array.Find(Table, row => row.Condition == condition).Name;

    /// <exception cref="JsonException">It is none of them.</exception>
    public static PipelineCondition Parse(string name)
    {
        var row = Array.FindIndex(Table, row => row.Name == name);
        return row >= 0 ? Table[row].Condition : throw new JsonException($"'{name}' is not a condition");
    }
}

/// <summary>Numbers in the replies of Redis's scripts.</summary>
internal static class RedisNumbers
{
    public static bool TryParse(string? text, out long number) =>
        long.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RedisMessages.UpdateMessage))]
[JsonSerializable(typeof(RedisMessages.RecordMessage))]
[JsonSerializable(typeof(RedisMessages.RequestMessage))]
internal sealed partial class RedisJson : JsonSerializerContext;
