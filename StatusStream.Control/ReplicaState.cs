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
/// <param name="Pace">How fast it reads what; null while it does not poll.</param>
internal sealed record ReplicaState(
    string Instance, bool Polling, string Sharing, string? Epoch, long Sequence, int Streams, int Pipelines, long Reads, long UptimeMs, long IntervalMs,
    PaceState? Pace);

/// <summary>How fast a replica that polls reads what.</summary>
/// <param name="Pipelines">All that it reads.</param>
/// <param name="Slow">Those that rest, and are read less often than once per interval.</param>
/// <param name="Absent">Those that the backend does not have.</param>
/// <param name="Failing">Those whose reads fail.</param>
/// <param name="RequestsPerSecond">How many requests a second are planned.</param>
/// <param name="PlainRequestsPerSecond">How many there would be with a request for each pipeline and interval.</param>
/// <param name="Stretch">By how much all intervals are stretched, so that requests fit the budget; 1 when they are not.</param>
/// <param name="IsBackendDown">True while the backend answers nothing.</param>
/// <param name="Requests">Requests to the backend begun here since start: a batch is one.</param>
/// <param name="Reads">Pipelines that these were for, each time counted.</param>
/// <param name="Slowest">The pipelines that are read least often, the slowest first; no more than twenty.</param>
internal sealed record PaceState(
    int Pipelines, int Slow, int Absent, int Failing, double RequestsPerSecond, double PlainRequestsPerSecond, double Stretch, bool IsBackendDown,
    long Requests, long Reads, IReadOnlyList<SlowPipeline> Slowest);

/// <summary>A pipeline that is read less often than once per interval, and within how many milliseconds it is read again.</summary>
internal sealed record SlowPipeline(string PipelineId, long IntervalMs);

/// <summary>How many streams a failure struck.</summary>
internal sealed record AffectedStreams(int Streams);

/// <summary>A poll loop that stands still, and for how long; whether it is the loop of this replica that polls.</summary>
internal sealed record HungPolling(bool Polling, int Seconds);

/// <summary>A process that stands still, and for how long at most.</summary>
internal sealed record PausedProcess(int ProcessId, int Seconds);

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ReplicaState))]
[JsonSerializable(typeof(AffectedStreams))]
[JsonSerializable(typeof(HungPolling))]
[JsonSerializable(typeof(PausedProcess))]
internal sealed partial class ReplicaJson : JsonSerializerContext;
