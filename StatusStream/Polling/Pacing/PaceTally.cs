using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling.Pacing;

/// <summary>How many pipelines are at which pace, and how many reads a second that makes.</summary>
internal sealed class PaceTally
{
    private double _alone;
    private double _batched;

    /// <summary>All of them.</summary>
    public int Pipelines { get; private set; }

    /// <summary>Those that have been read, well or not.</summary>
    public int Measured { get; private set; }

    /// <summary>Those whose reads fail.</summary>
    public int Failing { get; private set; }

    /// <summary>Those that the backend does not have.</summary>
    public int Absent { get; private set; }

    /// <summary>Those that rest, and are read less often than once per interval.</summary>
    public int Slow { get; private set; }

    /// <summary>How many reads a second the pipelines need at their paces, batches or not.</summary>
    public double ReadsPerSecond => Math.Max(0, _alone + _batched);

    public void Add(in PipelinePace pace, PollCadence cadence) => Count(pace, cadence, 1);

    public void Remove(in PipelinePace pace, PollCadence cadence)
    {
        Count(pace, cadence, -1);
        if (Pipelines == 0) (_alone, _batched) = (0, 0); // what rounding has left
    }

    /// <summary>How many requests a second that makes.</summary>
    /// <param name="batchSize">How many pipelines one request may be for; null without batches.</param>
    /// <param name="interval">How often a pipeline is read.</param>
    public double RequestsPerSecond(int? batchSize, TimeSpan interval)
    {
        if (batchSize is not { } size) return ReadsPerSecond;
        var batches = _batched <= 1e-9 ? 0 : Math.Max(_batched / size, 1 / interval.TotalSeconds);
        return Math.Max(0, _alone) + batches;
    }

    /// <summary>How many reads of batches are due in an interval.</summary>
    public double BatchedReads(TimeSpan interval) => Math.Max(0, _batched) * interval.TotalSeconds;

    private void Count(in PipelinePace pace, PollCadence cadence, int sign)
    {
        Pipelines += sign;
        var interval = pace.Interval(cadence);
        var perSecond = sign / interval.TotalSeconds;
        if (pace.Absences > 0 || pace.IsMoving) _alone += perSecond;
        else _batched += perSecond;
        if (pace.IsMeasured) Measured += sign;
        if (pace.IsFailing) Failing += sign;
        if (pace.Absences > 0) Absent += sign;
        else if (interval > cadence.Interval) Slow += sign;
    }
}
