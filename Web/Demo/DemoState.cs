namespace PipelineAspire.Web.Demo;

/// <summary>What the demo page shows, all of it as of one moment.</summary>
/// <param name="Replicas">Each replica that configuration names, in its order.</param>
/// <param name="Backend">Null when the backend's <c>/control</c> does not answer.</param>
/// <param name="Gate">What the gate before Web's streams does.</param>
/// <param name="Proof">The running or the last proof.</param>
public sealed record DemoState(IReadOnlyList<ReplicaView> Replicas, BackendView? Backend, GateView Gate, ProofView? Proof);

/// <summary>One replica; <paramref name="State"/> is null when it does not answer.</summary>
public sealed record ReplicaView(string Address, ReplicaState? State);

/// <summary>The answer of a replica's <c>/control/state</c>; <paramref name="Pace"/> is null while it does not poll.</summary>
public sealed record ReplicaState(
    string Instance, bool Polling, string Sharing, string? Epoch, long Sequence, int Streams, int Pipelines, long Reads, long UptimeMs, long IntervalMs,
    PaceState? Pace = null);

/// <summary>How fast a replica reads what.</summary>
/// <param name="Pipelines">All that it reads.</param>
/// <param name="Slow">Those that rest, and are read less often than once per interval.</param>
/// <param name="Absent">Those that the backend does not have.</param>
/// <param name="Failing">Those whose reads fail.</param>
/// <param name="RequestsPerSecond">How many requests a second are planned.</param>
/// <param name="PlainRequestsPerSecond">How many there would be with a request for each pipeline and interval.</param>
/// <param name="Stretch">By how much all intervals are stretched, so that requests fit the budget.</param>
/// <param name="IsBackendDown">True while the backend answers nothing.</param>
/// <param name="Requests">Requests begun since its start.</param>
/// <param name="Reads">Pipelines that these were for, each time counted.</param>
/// <param name="Slowest">Some of the pipelines that rest, the slowest first.</param>
public sealed record PaceState(
    int Pipelines, int Slow, int Absent, int Failing, double RequestsPerSecond, double PlainRequestsPerSecond, double Stretch, bool IsBackendDown,
    long Requests, long Reads, IReadOnlyList<SlowPipeline> Slowest);

/// <summary>A pipeline that rests, and within how many milliseconds it is read again.</summary>
public sealed record SlowPipeline(string PipelineId, long IntervalMs);

/// <summary>The fake backend's own word.</summary>
/// <param name="Reads">Health reads since its start.</param>
/// <param name="ReadsOf">The same by pipeline.</param>
/// <param name="Statuses">The truth: the public status of every pipeline.</param>
/// <param name="UpdatedAt">When each changed last by the backend's own clock, in milliseconds since 1970.</param>
/// <param name="AsOf">When these two were asked for by Web's clock, in milliseconds since 1970. Older than the rest while the backend is broken.</param>
/// <param name="Broken">Whether every read fails now.</param>
/// <param name="Script">Whether a script runs.</param>
/// <param name="Storm">Whether it is one that ends by itself, as a storm of changes does.</param>
public sealed record BackendView(
    long Reads, IReadOnlyDictionary<string, long> ReadsOf, IReadOnlyDictionary<string, string> Statuses, IReadOnlyDictionary<string, long> UpdatedAt, long AsOf,
    bool Broken, bool Script, bool Storm);

/// <summary>How much longer streams are held up, in milliseconds; 0 when it does not.</summary>
public sealed record GateView(long SwallowMs, long RefuseMs);

/// <summary>A proof under way, or done.</summary>
/// <param name="Running">False when it is over.</param>
/// <param name="Step">What happens now, or how it ended, in words.</param>
/// <param name="Passed">Null until it is over.</param>
/// <param name="Streams">How many streams watch.</param>
/// <param name="Pipelines">How many pipelines each of them watches.</param>
/// <param name="Expected">Statuses that should have been told by now, over all streams.</param>
/// <param name="Told">How many of them were.</param>
/// <param name="Lost">How many of them were passed over, or not told in time.</param>
/// <param name="Wrong">Statuses told that the backend never had, had not yet, or that broke the chain of <c>previousStatus</c>.</param>
/// <param name="Reconnects">Connections that the audience lost.</param>
/// <param name="Killed">The instance that was killed.</param>
/// <param name="Successor">The instance that polls since.</param>
/// <param name="TakeoverMs">How long nobody polled.</param>
/// <param name="Reads">Backend reads of the proof's pipelines.</param>
/// <param name="ReadsAtMost">How many there may be: one for each pipeline and interval, and one more each for the beginning and the take-over.</param>
public sealed record ProofView(
    bool Running, string Step, bool? Passed, int Streams, int Pipelines, int Expected, int Told, int Lost, int Wrong, int Reconnects,
    string? Killed, string? Successor, long? TakeoverMs, long Reads, long ReadsAtMost);
