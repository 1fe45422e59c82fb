using System.Text.Json.Serialization;

namespace PipelineAspire.StatusStream.Control;

/// <summary>What a replica is doing now.</summary>
/// <param name="Instance">What it calls itself to the backend.</param>
/// <param name="Polling">True while the poll loop runs here.</param>
/// <param name="Sharing"><c>alone</c> (no Redis), <c>shared</c>, or <c>isolated</c> (Redis is out of reach).</param>
/// <param name="Epoch">The epoch of the newest statuses here, 16 hexadecimal digits; null before the first.</param>
/// <param name="Sequence">Their sequence.</param>
/// <param name="Streams">Open streams.</param>
/// <param name="Pipelines">What clients of this replica watch, or watched a moment ago.</param>
/// <param name="Reads">Backend reads begun here since start.</param>
/// <param name="UptimeMs">Milliseconds since start.</param>
/// <param name="IntervalMs">Milliseconds from one read of a pipeline to the next.</param>
internal sealed record ReplicaState(
    string Instance, bool Polling, string Sharing, string? Epoch, long Sequence, int Streams, int Pipelines, long Reads, long UptimeMs, long IntervalMs);

/// <summary>How many streams a failure struck.</summary>
internal sealed record AffectedStreams(int Streams);

/// <summary>A poll loop that stands still, and for how long; whether it is the loop of this replica that polls.</summary>
internal sealed record HungPolling(bool Polling, int Seconds);

/// <summary>A process that stands still, and for how long at most.</summary>
internal sealed record PausedProcess(int ProcessId, int Seconds);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ReplicaState))]
[JsonSerializable(typeof(AffectedStreams))]
[JsonSerializable(typeof(HungPolling))]
[JsonSerializable(typeof(PausedProcess))]
internal sealed partial class ReplicaJson : JsonSerializerContext;
