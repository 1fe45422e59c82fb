using PipelineAspire.Benchmarks.Measuring;

namespace PipelineAspire.Benchmarks.Load;

/// <summary>How long after its <c>timestamp</c> each update arrived; the timestamp is a whole millisecond.</summary>
internal sealed class LatencyByTimestamp : IArrivals
{
    public Histogram Latency { get; } = new();

    public void Arrived(StreamClient client, in StreamEvent update)
    {
        var now = TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch;
        Latency.Add(now.TotalMilliseconds - update.Timestamp);
    }
}
