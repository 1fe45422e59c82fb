namespace PipelineAspire.LocalHosting.Dashboard.Picture;

/// <summary>How often something happens a second, from counts taken about once a second.</summary>
internal sealed class RateMeter(TimeProvider clock)
{
    private const int Kept = 60;
    private const int Averaged = 5;

    private readonly Queue<(double Count, double Seconds)> _samples = new();
    private long? _lastTaken;

    /// <summary>Over the last five counts; null before the second one.</summary>
    public double? PerSecond
    {
        get
        {
            var recent = _samples.TakeLast(Averaged).ToList();
            return recent.Count == 0 ? null : recent.Sum(sample => sample.Count) / recent.Sum(sample => sample.Seconds);
        }
    }

    /// <summary>One value a count, the oldest first.</summary>
    public IReadOnlyList<double> History => [.. _samples.Select(sample => sample.Count / sample.Seconds)];

    /// <param name="count">How often since the last call; the first call only begins.</param>
    public void Add(long count)
    {
        var now = clock.GetTimestamp();
        if (_lastTaken is { } last && clock.GetElapsedTime(last, now) is { TotalSeconds: > 0 and var seconds }) _samples.Enqueue((count, seconds));
        while (_samples.Count > Kept) _samples.Dequeue();
        _lastTaken = now;
    }
}
