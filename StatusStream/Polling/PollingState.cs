using PipelineAspire.StatusStream.Backplane;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>What the poll loop of this replica is doing. The poller says it; metrics, health and <c>/control</c> look. Thread-safe.</summary>
internal sealed class PollingState
{
    private LeaseTerm? _term;
    private long _readsStarted;

    /// <summary>The term under way; null while this replica does not poll.</summary>
    public LeaseTerm? Term => Volatile.Read(ref _term);

    /// <summary>True while the poll loop, the shared one or one of its own, runs in this replica.</summary>
    public bool IsPolling => Term is not null;

    /// <summary>True while this replica polls for its own clients alone.</summary>
    public bool IsIsolated => Term is { IsIsolated: true };

    /// <summary>How many backend reads were started since the process began.</summary>
    public long ReadsStarted => Volatile.Read(ref _readsStarted);

    public void Begin(LeaseTerm term) => Volatile.Write(ref _term, term);

    public void End() => Volatile.Write(ref _term, null);

    public void ReadStarted() => Interlocked.Increment(ref _readsStarted);
}
