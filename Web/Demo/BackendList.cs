using System.Text.Json;

namespace PipelineAspire.Web.Demo;

/// <summary>What the backend's own list says of its pipelines.</summary>
/// <param name="Statuses">The public status of each.</param>
/// <param name="UpdatedAt">When each changed last by the backend's clock, in milliseconds since 1970; those of which it is not said are left out.</param>
/// <param name="AsOf">When the list was asked for by the clock of this process, in milliseconds since 1970. Changes before that are in it.</param>
internal sealed record BackendList(IReadOnlyDictionary<string, string> Statuses, IReadOnlyDictionary<string, long> UpdatedAt, long AsOf)
{
    /// <summary>Before the first answer.</summary>
    public static BackendList Empty { get; } = new(
        new Dictionary<string, string>(StringComparer.Ordinal), new Dictionary<string, long>(StringComparer.Ordinal), 0);

    /// <summary>Reads the answer; throws what <see cref="DemoBackend.IsNoAnswer"/> knows if it is none.</summary>
    public static BackendList Read(JsonElement list, DateTimeOffset askedAt)
    {
        var statuses = new Dictionary<string, string>(StringComparer.Ordinal);
        var updatedAt = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var pipeline in list.EnumerateArray())
        {
            var id = pipeline.GetProperty("pipeline_id").GetString()!;
            statuses[id] = BackendValues.Public(pipeline.GetProperty("overall_status").GetString());
            if (pipeline.TryGetProperty("updated_at", out var at) && at.ValueKind == JsonValueKind.String && at.TryGetDateTimeOffset(out var time))
            {
                updatedAt[id] = time.ToUnixTimeMilliseconds();
            }
        }

        return new BackendList(statuses, updatedAt, askedAt.ToUnixTimeMilliseconds());
    }
}
