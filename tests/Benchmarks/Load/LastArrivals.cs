namespace PipelineAspire.Benchmarks.Load;

/// <summary>When each stream got the last change, for changes that are made one at a time.</summary>
internal sealed class LastArrivals(int clients) : IArrivals
{
    private readonly long[] _at = new long[clients];
    private long _timestamp;

    /// <summary>When each stream got it, by its number, UTC.</summary>
    public IEnumerable<DateTimeOffset> At => _at.Select(ticks => new DateTimeOffset(ticks, TimeSpan.Zero));

    /// <summary>When the poller observed it, as the event says: a whole millisecond.</summary>
    public DateTimeOffset Timestamp => DateTimeOffset.FromUnixTimeMilliseconds(Volatile.Read(ref _timestamp));

    public void Arrived(StreamClient client, in StreamEvent update)
    {
        Volatile.Write(ref _at[client.Index], TimeProvider.System.GetUtcNow().UtcTicks);
        Volatile.Write(ref _timestamp, update.Timestamp);
    }
}
