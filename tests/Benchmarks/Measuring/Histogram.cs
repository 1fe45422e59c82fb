namespace PipelineAspire.Benchmarks.Measuring;

/// <summary>Durations counted to a tenth of a millisecond, from any number of threads; longer than a minute counts as a minute.</summary>
internal sealed class Histogram
{
    private const int PerMillisecond = 10;
    private const int Longest = 60_000 * PerMillisecond;

    private readonly int[] _counts = new int[Longest + 1];
    private long _count;

    /// <summary>How many durations were added.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Adds a duration in milliseconds; what clocks make negative counts as none.</summary>
    public void Add(double milliseconds)
    {
        Interlocked.Increment(ref _counts[(int)Math.Clamp(milliseconds * PerMillisecond, 0, Longest)]);
        Interlocked.Increment(ref _count);
    }

    /// <summary>The duration in milliseconds that so many of all do not exceed; 0 when there is none. Not while durations are added.</summary>
    /// <param name="share">0 to 1; 1 is the longest.</param>
    public double Percentile(double share)
    {
        if (_count == 0) return 0;
        var rank = Math.Max(1, (long)Math.Ceiling(share * _count));
        var seen = 0L;
        var bucket = -1;
        while (seen < rank) seen += _counts[++bucket];
        return bucket / (double)PerMillisecond;
    }

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        _count = 0;
    }
}
