using System.Collections.ObjectModel;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Backplane;

/// <summary>What the poller tells every replica at once.</summary>
/// <param name="Version">The poller's epoch, and its sequence after <paramref name="Changed"/>: each change counts one.</param>
/// <param name="Changed">The records that changed, in the order of their versions.</param>
/// <param name="Confirmed">Pipelines whose read found what is known already.</param>
/// <param name="Forgotten">Pipelines that nobody watches any more and that are no longer read.</param>
internal sealed record PollUpdate(
    StatusVersion Version,
    IReadOnlyList<PipelineRecord> Changed,
    IReadOnlyList<string> Confirmed,
    IReadOnlyList<string> Forgotten)
{
    /// <summary>Within what time the pipelines that were read are read again, where that is not the poll interval.</summary>
    public IReadOnlyDictionary<string, TimeSpan> Intervals { get; init; } = ReadOnlyDictionary<string, TimeSpan>.Empty;

    /// <summary>By how much all intervals are stretched at the moment, so that requests fit a budget: 1 or more.</summary>
    public double Stretch { get; init; } = 1;

    /// <summary>Whole answers that somebody asked for and that were not stored before.</summary>
    public IReadOnlyList<HealthDocument> Documents { get; init; } = [];

    /// <summary>Pipelines that are not read, since as many are watched as may be.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    /// <summary>Counts the updates of an epoch, those that change nothing too: a gap shows, and it is the logical clock of reads.</summary>
    public long UpdateNumber { get; init; }

    /// <summary>Every read in this update started after the update of this number was out.</summary>
    public long ReadsStartedAfter { get; init; }

    /// <summary>When the first of its reads was over, as a timestamp of this process; null for an update on its way from another process.</summary>
    public long? ReadAt { get; init; }

    /// <summary>
    /// How long ago the first of its reads was over when another process sent it: a moment, unless that stood still
    /// between reading and telling.
    /// </summary>
    public TimeSpan ReadAge { get; init; }

    /// <summary>Records that the shared state had lost: stored anew, and news to nobody who knows them.</summary>
    public IReadOnlyList<PipelineRecord> Restored { get; init; } = [];

    /// <summary>How many records the poller has, once this is stored.</summary>
    public int Known { get; init; }

    /// <summary>Pipelines that may have changed up to <see cref="Version"/>: that is yet to be told.</summary>
    public IReadOnlyCollection<string> Untold { get; init; } = [];

    /// <summary>True when statuses before these may have been missed: a batch then confirms those that changed.</summary>
    public bool IsCatchingUp { get; init; }

    /// <summary>True for what another hub has told: that says nothing of when it was read.</summary>
    public bool IsPassedOn { get; init; }

    /// <summary>True when the poller keeps its pace: it has read something, or nothing is due.</summary>
    public bool IsOnTime { get; init; }

    /// <summary>The trace of one of its changes, in W3C's form; null when none is traced.</summary>
    public string? TraceParent { get; init; }

    /// <summary>How long ago the first of its reads was over, now.</summary>
    public TimeSpan AgeNow(TimeProvider timeProvider) => ReadAt is { } readAt ? timeProvider.GetElapsedTime(readAt) : ReadAge;

    /// <summary>As it arrives from another process: it grows older here, too, until it is taken.</summary>
    public PollUpdate ArrivedNow(TimeProvider timeProvider) =>
        this with { ReadAt = timeProvider.GetTimestamp() - (long)(ReadAge.TotalSeconds * timeProvider.TimestampFrequency) };

    /// <summary>True when it says nothing of any pipeline.</summary>
    public bool IsEmpty => Changed.Count + Confirmed.Count + Forgotten.Count + Refused.Count == 0;

    /// <summary>Within what time a pipeline of this update is read again.</summary>
    public TimeSpan IntervalOf(string pipelineId, TimeSpan pollInterval) => Intervals.TryGetValue(pipelineId, out var interval) ? interval : pollInterval;
}
