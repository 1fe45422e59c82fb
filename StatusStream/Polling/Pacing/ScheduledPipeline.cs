namespace PipelineAspire.StatusStream.Polling.Pacing;

/// <summary>One pipeline on the schedule. All times are offsets from the schedule's origin.</summary>
internal sealed class ScheduledPipeline(string pipelineId, double phase)
{
    public string PipelineId { get; } = pipelineId;

    /// <summary>Where in its interval it is read, 0 to 1: pipelines of one batch share it.</summary>
    public double Phase { get; set; } = phase;

    public PipelinePace Pace { get; set; }

    /// <summary>When to drop it; null for as long as it is watched.</summary>
    public TimeSpan? Until { get; set; }

    /// <summary>When it is to be read next.</summary>
    public TimeSpan Due { get; set; }

    /// <summary>The backend asked to be left alone until then.</summary>
    public TimeSpan NotBefore { get; set; }

    /// <summary>When its last read began; null before the first.</summary>
    public TimeSpan? Started { get; set; }

    /// <summary>The read that is under way; null for none.</summary>
    public ReadSlot? Slot { get; private set; }

    /// <summary>Numbers its plans: those before the last are void.</summary>
    public int Plan { get; set; }

    /// <summary>True while it waits in a lane or is planned.</summary>
    public bool IsPlanned { get; set; }

    public bool IsUnderWay => Slot is not null;

    /// <summary>True when it is to be read once more, since the read under way may be too old.</summary>
    public bool RefreshAfterRead { get; set; }

    /// <summary>True when somebody asked to look now.</summary>
    public bool IsUrgent { get; set; }

    /// <summary>A batch did not have it: until then it is read alone.</summary>
    public TimeSpan AloneUntil { get; set; }

    /// <summary>True when somebody wants the whole answer, which only a read of its own has.</summary>
    public bool WantsDocument { get; set; }

    /// <summary>True once the backend's list has shown it although reads do not find it.</summary>
    public bool IsListedInVain { get; set; }

    /// <summary>True when nobody watches it and nobody knows it: kept for a minute, so that it is not read again within that.</summary>
    public bool IsResting { get; set; }

    public bool IsDropped { get; set; }

    /// <summary>True when no batch can bring it.</summary>
    public bool IsReadAlone(TimeSpan now) => WantsDocument || Pace.Absences > 0 || now < AloneUntil;

    public void Start(ReadSlot slot, TimeSpan now)
    {
        (Slot, Started) = (slot, now);
        IsPlanned = IsUrgent = false;
        slot.Members++;
    }

    public void Finish()
    {
        Slot!.Members--;
        Slot = null;
    }
}
