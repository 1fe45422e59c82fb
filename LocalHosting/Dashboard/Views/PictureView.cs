namespace PipelineAspire.LocalHosting.Dashboard.Views;

/// <summary>The system as it is now; what is not known is null.</summary>
/// <param name="Replicas">Those that tell what they do at <c>/control/state</c>.</param>
/// <param name="ReadsPerSecond">At the backend, over the last five seconds.</param>
/// <param name="ChangesPerSecond">Heard of by the replica that heard most, over the last five seconds.</param>
/// <param name="ReadHistory">Reads per second, one value a second, the oldest first.</param>
/// <param name="ChangeHistory">Changes per second likewise.</param>
/// <param name="Latency">From a change in the backend until the dashboard is told.</param>
/// <param name="Pipelines">As the stream told them.</param>
/// <param name="Connection">How the dashboard's own stream is.</param>
public sealed record PictureView(
    IReadOnlyList<ReplicaPicture> Replicas,
    double? ReadsPerSecond,
    double? ChangesPerSecond,
    IReadOnlyList<double> ReadHistory,
    IReadOnlyList<double> ChangeHistory,
    LatencyView? Latency,
    IReadOnlyList<PipelineView> Pipelines,
    string Connection)
{
    public static readonly PictureView Empty = new([], null, null, [], [], null, [], "not connected");
}

/// <summary>What a replica of the status service says of itself.</summary>
/// <param name="Name">The replica.</param>
/// <param name="Polling">Whether the poll loop runs there.</param>
/// <param name="Sharing"><c>shared</c>, <c>alone</c>, <c>isolated</c>, or <see cref="Silent"/>.</param>
/// <param name="Streams">Open streams.</param>
public sealed record ReplicaPicture(string Name, bool Polling, string Sharing, int Streams)
{
    /// <summary>It does not answer: not running, paused, or hung.</summary>
    public const string Silent = "silent";

    public bool IsSilent => Sharing == Silent;
}

/// <summary>Of the changes told within the last minute.</summary>
/// <param name="Samples">How many.</param>
/// <param name="MedianMs">From the change in the backend to its arrival here.</param>
/// <param name="WorstMs">The longest.</param>
/// <param name="DeliveryMs">The median from the read that saw it to its arrival here.</param>
public sealed record LatencyView(int Samples, int MedianMs, int WorstMs, int DeliveryMs);

/// <summary>A pipeline and when its status was told.</summary>
public sealed record PipelineView(string Id, string Status, DateTimeOffset At, bool IsStale);
