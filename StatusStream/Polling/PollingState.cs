using System.Collections.Concurrent;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Pacing;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>What the poll loop of this replica is doing. The poller says it; metrics, health and <c>/control</c> look. Thread-safe.</summary>
internal sealed class PollingState
{
    private LeaseTerm? _term;
    private PollingPace? _pace;
    private readonly ConcurrentDictionary<string, bool> _denied = new(StringComparer.Ordinal);
    private long _readsStarted;
    private long _requestsStarted;

    /// <summary>The term under way; null while this replica does not poll.</summary>
    public LeaseTerm? Term => Volatile.Read(ref _term);

    /// <summary>True while the poll loop, the shared one or one of its own, runs in this replica.</summary>
    public bool IsPolling => Term is not null;

    /// <summary>True while this replica polls for its own clients alone.</summary>
    public bool IsIsolated => Term is { IsIsolated: true };

    /// <summary>How fast it reads what, as of the last interval; null while this replica does not poll.</summary>
    public PollingPace? Pace => Volatile.Read(ref _pace);

    /// <summary>How many pipelines the backend was asked for since the process began, each time counted.</summary>
    public long Reads => Volatile.Read(ref _readsStarted);

    /// <summary>How many requests that took: a batch is one.</summary>
    public long Requests => Volatile.Read(ref _requestsStarted);

    /// <summary>How many pipelines the backend does not let this hub read.</summary>
    public int Denied => _denied.Count;

    public void Begin(LeaseTerm term) => Volatile.Write(ref _term, term);

    public void End()
    {
        Volatile.Write(ref _term, null);
        Volatile.Write(ref _pace, null);
        _denied.Clear();
    }

    /// <summary>Notes whether the backend has refused the credentials of this hub.</summary>
    public void NoteAccess(string pipelineId, bool isDenied)
    {
        if (isDenied) _denied[pipelineId] = true;
        else if (!_denied.IsEmpty) _denied.TryRemove(pipelineId, out _);
    }

    public void ReadsStarted(int requests, int reads)
    {
        Interlocked.Add(ref _requestsStarted, requests);
        Interlocked.Add(ref _readsStarted, reads);
    }

    /// <summary>Notes how fast the schedule reads what.</summary>
    public void Look(PollSchedule schedule, PollCadence cadence)
    {
        var tally = schedule.Tally;
        Volatile.Write(ref _pace, new PollingPace(
            tally.Pipelines, tally.Slow, tally.Absent, tally.Failing, schedule.RequestsPerSecond, tally.Pipelines / cadence.Interval.TotalSeconds,
            schedule.Stretch, schedule.IsBackendDown));
    }
}

/// <summary>How fast the poll loop reads what.</summary>
/// <param name="Pipelines">All that it reads.</param>
/// <param name="Slow">Those that rest, and are read less often than once per interval.</param>
/// <param name="Absent">Those that the backend does not have.</param>
/// <param name="Failing">Those whose reads fail.</param>
/// <param name="RequestsPerSecond">How many requests a second are planned.</param>
/// <param name="PlainRequestsPerSecond">How many there would be with a request for each pipeline and interval.</param>
/// <param name="Stretch">By how much all intervals are stretched, so that requests fit the budget.</param>
/// <param name="IsBackendDown">True while the backend answers nothing.</param>
internal sealed record PollingPace(
    int Pipelines, int Slow, int Absent, int Failing, double RequestsPerSecond, double PlainRequestsPerSecond, double Stretch, bool IsBackendDown);
