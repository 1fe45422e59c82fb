using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling.Pacing;

/// <summary>
/// How often one pipeline is to be read, from what its reads have found. Pure and immutable: a pipeline that rests is read ever less
/// often, one that is not there still less, and any sign of life brings it back.
/// </summary>
internal readonly record struct PipelinePace
{
    /// <summary>How many reads in a row find the same status before a pipeline is read less often.</summary>
    public const int ReadsUntilStable = 10;

    /// <summary>The longest interval of a pipeline that the backend does not have, and the only one of an id that nobody knows.</summary>
    public static readonly TimeSpan LongestAbsence = PollCadence.LongestAbsence;

    /// <summary>The status that was read last; null when none was ever read.</summary>
    public PipelineStatus? Status { get; private init; }

    /// <summary>How many reads in a row have found the same status.</summary>
    public int Unchanged { get; private init; }

    /// <summary>How many reads in a row have not found the pipeline.</summary>
    public int Absences { get; private init; }

    /// <summary>True while its reads fail.</summary>
    public bool IsFailing { get; private init; }

    /// <summary>How long the backend says that its last answer holds.</summary>
    public TimeSpan HoldsFor { get; private init; }

    /// <summary>True when it is watched, but visible on nobody's screen.</summary>
    public bool IsBackground { get; init; }

    /// <summary>True when the backend's list was read and does not show it.</summary>
    public bool IsUnlisted { get; init; }

    /// <summary>True when a status is on its way to another one.</summary>
    public bool IsMoving => Absences == 0 && !IsFailing && IsTransitional(Status);

    /// <summary>True when it was never read well.</summary>
    public bool IsUnseen => Status is null && (Absences > 0 || IsFailing);

    /// <summary>True when nobody knows it: never read well, and not shown by the backend's list.</summary>
    public bool IsStranger => IsUnseen && IsUnlisted;

    /// <summary>True when it has been read, well or not.</summary>
    public bool IsMeasured => Status is not null || Absences > 0 || IsFailing;

    /// <summary>The pace after one more read.</summary>
    public PipelinePace After(in PipelineReading reading) => reading.Condition switch
    {
        PipelineCondition.Ok => this with
        {
            Status = reading.Status,
            Unchanged = Status == reading.Status && Absences == 0 && !IsFailing ? Unchanged + 1 : 0,
            Absences = 0,
            IsFailing = false,
            HoldsFor = reading.MaxAge ?? TimeSpan.Zero,
        },
        PipelineCondition.NotFound => this with { Absences = Absences + 1, Unchanged = 0, IsFailing = false, HoldsFor = TimeSpan.Zero },

        // A backend that is gone says nothing of what it did not have.
        _ => this with { IsFailing = Absences == 0, Unchanged = 0, HoldsFor = TimeSpan.Zero },
    };

    /// <summary>A sign of life: whoever is there is read at the first pace again.</summary>
    public PipelinePace Revived() => this with { Unchanged = 0, HoldsFor = TimeSpan.Zero };

    /// <summary>Where another poller left it.</summary>
    /// <param name="record">What is shared of the pipeline.</param>
    /// <param name="interval">The interval that is shared with it; null for the poll interval.</param>
    /// <param name="cadence">The times of this hub.</param>
    public static PipelinePace Resume(PipelineRecord record, TimeSpan? interval, PollCadence cadence)
    {
        var doublings = interval > cadence.Interval ? (int)Math.Round(Math.Log2(interval.Value / cadence.Interval)) : 0;
        return new PipelinePace
        {
            Status = record.Status,
            Absences = record.Condition == PipelineCondition.NotFound ? Math.Max(1, doublings) : 0,
            IsFailing = record.Condition.IsUnavailable(),
            Unchanged = record.Condition == PipelineCondition.Ok && doublings > 0 ? ReadsUntilStable - 1 + doublings : 0,
        };
    }

    /// <summary>Within what time it is to be read again.</summary>
    public TimeSpan Interval(PollCadence cadence)
    {
        if (IsStranger) return Max(LongestAbsence, cadence.Interval);
        if (Absences > 0) return Doubled(cadence.Interval, Absences, Max(LongestAbsence, cadence.Interval));
        var interval = cadence.Interval;
        if (!IsFailing && !IsMoving)
        {
            if (Unchanged >= ReadsUntilStable) interval = Doubled(interval, Unchanged - ReadsUntilStable + 1, cadence.StableInterval);
            interval = Max(interval, Min(HoldsFor, cadence.StableInterval));
        }

        return IsBackground ? Max(interval, cadence.BackgroundInterval) : interval;
    }

    private static bool IsTransitional(PipelineStatus? status) => status is PipelineStatus.Starting or PipelineStatus.Pausing
        or PipelineStatus.Resuming or PipelineStatus.Stopping or PipelineStatus.Terminating;

    private static TimeSpan Doubled(TimeSpan interval, int times, TimeSpan longest) =>
        times >= 30 ? longest : Min(interval * (1L << times), longest);

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
