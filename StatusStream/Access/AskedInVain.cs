namespace PipelineAspire.StatusStream.Access;

/// <summary>
/// Pipelines that somebody has lately asked for and may not see. They count as unknown ones do: once, and then not again for a while,
/// so that limits tell nobody which of them exist. Thread-safe.
/// </summary>
/// <param name="most">How many are remembered.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class AskedInVain(int most, TimeProvider timeProvider)
{
    /// <summary>For how long they are remembered: as long as one that does not exist is not read again.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    /// <summary>Who fills it with made-up ids does not have it looked through for each of them.</summary>
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _askedAt = new(StringComparer.Ordinal);
    private long _sweptAt = timeProvider.GetTimestamp();

    /// <summary>Remembers that a pipeline was asked for.</summary>
    /// <returns>True when it was not remembered.</returns>
    public bool Note(string pipelineId)
    {
        lock (_gate)
        {
            var now = timeProvider.GetTimestamp();
            var isNew = !_askedAt.TryGetValue(pipelineId, out var askedAt) || IsOver(askedAt, now);
            if (isNew && _askedAt.Count >= most && timeProvider.GetElapsedTime(_sweptAt, now) >= SweepInterval) Sweep(now);
            if (!isNew || _askedAt.Count < most) _askedAt[pipelineId] = now;
            return isNew;
        }
    }

    private void Sweep(long now)
    {
        _sweptAt = now;
        foreach (var (pipelineId, askedAt) in _askedAt)
        {
            if (IsOver(askedAt, now)) _askedAt.Remove(pipelineId);
        }
    }

    private bool IsOver(long askedAt, long now) => timeProvider.GetElapsedTime(askedAt, now) >= Remembered;
}
