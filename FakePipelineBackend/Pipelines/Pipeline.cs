using System.Buffers;
using System.Text.Json;

namespace PipelineAspire.FakePipelineBackend.Pipelines;

/// <summary>One observation of a pipeline, with the JSON that tells it: written once, sent to every reader.</summary>
public sealed class Pipeline
{
    private const string Timestamp = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private volatile Moving? _moving;

    public Pipeline(string id, string name, string? status, DateTimeOffset createdAt, DateTimeOffset updatedAt)
    {
        (Id, Name, Status, CreatedAt, UpdatedAt) = (id, name, status, createdAt, updatedAt);
        Body = new JsonBody(ToJson());
    }

    public string Id { get; }
    public string Name { get; }

    /// <summary>The <c>overall_status</c>; null and senseless values can be set by control, since readers must stand them.</summary>
    public string? Status { get; }

    public DateTimeOffset CreatedAt { get; }
    public DateTimeOffset UpdatedAt { get; }

    /// <summary>The five fields of the contract.</summary>
    public JsonBody Body { get; }

    /// <summary>The name a pipeline has when none was given: <c>orders-to-warehouse</c> is "Orders to warehouse".</summary>
    public static string NameFrom(string id)
    {
        var words = id.Replace('-', ' ').Replace('_', ' ').Trim();
        return words.Length == 0 ? id : char.ToUpperInvariant(words[0]) + words[1..];
    }

    /// <summary>The same with <c>rows_per_second</c> and <c>lag_seconds</c>, written once per step.</summary>
    public JsonBody BodyAt(long step, Func<(int RowsPerSecond, double LagSeconds)> values)
    {
        var moving = _moving;
        if (moving?.Step != step) _moving = moving = new Moving(step, new JsonBody(ToJson(values())));
        return moving.Body;
    }

    private ReadOnlyMemory<byte> ToJson((int RowsPerSecond, double LagSeconds)? moving = null)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("pipeline_id"u8, Id);
        json.WriteString("pipeline_name"u8, Name);
        json.WriteString("overall_status"u8, Status);
        json.WriteString("created_at"u8, CreatedAt.UtcDateTime.ToString(Timestamp));
        json.WriteString("updated_at"u8, UpdatedAt.UtcDateTime.ToString(Timestamp));
        if (moving is { } values)
        {
            json.WriteNumber("rows_per_second"u8, values.RowsPerSecond);
            json.WriteNumber("lag_seconds"u8, values.LagSeconds);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private sealed record Moving(long Step, JsonBody Body);
}
