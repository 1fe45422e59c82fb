using System.Text.Json;

namespace PipelineAspire.EndToEnd.Tests.Streams;

/// <summary>One event as a client got it.</summary>
/// <param name="ArrivedAt">When, as a timestamp of the system's <see cref="TimeProvider"/>.</param>
/// <param name="Type">The name on its <c>event:</c> line.</param>
/// <param name="Id">The id on its <c>id:</c> line, or the one before it where it has none.</param>
/// <param name="Data">Its JSON.</param>
internal sealed record StreamEvent(long ArrivedAt, string Type, string Id, JsonElement Data)
{
    public const string Batch = "batch_update";
    public const string Update = "status_update";
    public const string Error = "error";
    public const string Heartbeat = "heartbeat";

    public string? PipelineId => Text("pipelineId");

    public string? Status => Text("status");

    public string? PreviousStatus => Text("previousStatus");

    public string? Code => Text("code");

    /// <summary>The statuses it tells, by pipeline: those of a batch, the one of an update, none otherwise.</summary>
    public IReadOnlyDictionary<string, string> Statuses => Type switch
    {
        Batch => Data.GetProperty("updates").EnumerateArray()
            .ToDictionary(update => update.GetProperty("pipelineId").GetString()!, update => update.GetProperty("status").GetString()!),
        Update => new Dictionary<string, string> { [PipelineId!] = Status! },
        _ => new Dictionary<string, string>(),
    };

    public bool Tells(string pipeline, string status) => Statuses.GetValueOrDefault(pipeline) == status;

    public bool IsError(string code, string? pipeline = null) => Type == Error && Code == code && PipelineId == pipeline;

    private string? Text(string property) => Data.TryGetProperty(property, out var value) ? value.GetString() : null;
}
