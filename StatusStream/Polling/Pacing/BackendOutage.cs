using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling.Pacing;

/// <summary>
/// Tells a backend that is gone from pipelines that are ill: nothing has been answered for an interval, and too many fail for it to
/// be theirs. Pure: it is told the time.
/// </summary>
/// <param name="interval">How often a pipeline is read.</param>
internal sealed class BackendOutage(TimeSpan interval)
{
    /// <summary>One read in so many goes on while the backend is gone.</summary>
    public const int PipelinesPerProbe = 100;

    /// <summary>So many failing pipelines, or a twentieth of all, are no illness of theirs.</summary>
    private const int ManyFailing = 20;

    private TimeSpan? _answeredAt;

    /// <summary>True while the backend answers nothing.</summary>
    public bool IsDown { get; private set; }

    /// <summary>How many probes go out in a second while <paramref name="pipelines"/> are failing.</summary>
    public double ProbesPerSecond(int pipelines) => Math.Ceiling((double)Math.Max(pipelines, 1) / PipelinesPerProbe) / interval.TotalSeconds;

    /// <summary>A read is over.</summary>
    /// <param name="condition">How it went.</param>
    /// <param name="failing">How many pipelines are failing now.</param>
    /// <param name="measured">How many have been read.</param>
    /// <param name="now">The time.</param>
    /// <returns>True when the backend went or came back.</returns>
    public bool Note(PipelineCondition condition, int failing, int measured, TimeSpan now)
    {
        var wasDown = IsDown;
        _answeredAt ??= now;
        if (!condition.IsUnavailable()) (_answeredAt, IsDown) = (now, false);
        else if (now - _answeredAt >= interval && failing >= Math.Min(measured, Math.Max(ManyFailing, measured / ManyFailing))) IsDown = true;
        return wasDown != IsDown;
    }
}
