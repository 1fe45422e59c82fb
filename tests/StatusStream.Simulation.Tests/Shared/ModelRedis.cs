using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Backplane.Sharing;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Simulation.Tests.World;

namespace PipelineAspire.StatusStream.Simulation.Tests.Shared;

/// <summary>What can be refused: for want of memory, of rights, of a disk.</summary>
internal enum SharedCommand
{
    Acquire,
    Renew,
    Publish,
    Snapshot,
    Announce,
    Watched,
}

/// <summary>What the scripts in Redis do, as a model: each method is one atomic act at one moment of virtual time.</summary>
internal sealed class ModelRedis(VirtualClock clock)
{
    private readonly Dictionary<string, (PipelineRecord Record, TimeSpan ReadAt, TimeSpan? Interval)> _statuses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _interest = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _background = new(StringComparer.Ordinal);
    private readonly List<ModelLink> _links = [];
    private readonly HashSet<ulong> _epochs = [];
    private HashSet<ulong> _past = []; // as its keys remember them
    private (string Owner, ulong Epoch, TimeSpan Till)? _lease;
    private (StatusVersion Version, long UpdateNumber)? _head;
    private TimeSpan? _readAt;
    private HashSet<SharedCommand> _refused = [];

    /// <summary>False while nobody can reach it.</summary>
    public bool IsUp { get; private set; } = true;

    /// <summary>Writes that the fence let through although the epoch was not the newest: always none.</summary>
    public int Breaches { get; private set; }

    /// <summary>Writes that the fence refused.</summary>
    public int Refused { get; private set; }

    /// <summary>The owner of the lease, if there is one now.</summary>
    public string? Owner => Lease?.Owner;

    private (string Owner, ulong Epoch, TimeSpan Till)? Lease => _lease is { } lease && lease.Till > clock.Now ? lease : null;

    /// <summary>True for an epoch of the shared loop, false for one of an isolated replica.</summary>
    public bool IsShared(ulong epoch) => _epochs.Contains(epoch);

    /// <summary>True while something is refused.</summary>
    public bool RefusesAnything => _refused.Count > 0;

    /// <summary>True while this is refused, whoever asks.</summary>
    public bool Refuses(SharedCommand command) => _refused.Contains(command);

    /// <summary>Refuses these from now on; none for all is well again.</summary>
    public void Refuse(params IEnumerable<SharedCommand> commands) => _refused = commands.ToHashSet();

    /// <summary>Loses a record, as an eviction does, or one that nobody could read.</summary>
    public void Lose(string pipelineId) => _statuses.Remove(pipelineId);

    /// <summary>Loses every record, and what is watched.</summary>
    public void LoseAll()
    {
        _statuses.Clear();
        _interest.Clear();
    }

    /// <summary>Loses the lease.</summary>
    public void LoseLease() => _lease = null;

    public SharedLoopState Rehearse() => new(Lease is not null, _readAt is { } at ? clock.Now - at : null);

    public void Connect(ModelLink link) => _links.Add(link);

    public void Disconnect(ModelLink link) => _links.Remove(link);

    public void GoDown() => IsUp = false;

    public void ComeBack(bool isEmpty)
    {
        IsUp = true;
        if (isEmpty)
        {
            _statuses.Clear();
            _interest.Clear();
            (_lease, _head, _readAt) = (null, null, null);
            _past = [];
        }

        foreach (var link in _links) link.Interrupt();
    }

    public LeaseAnswer TryAcquire(string owner, ulong epoch, TimeSpan duration)
    {
        if (Lease is { } held && held.Owner != owner) return new LeaseAnswer(false, held.Till - clock.Now);
        _lease = (owner, epoch, clock.Now + duration);
        _epochs.Add(epoch);
        if (_head is { } before) _past = [.. _past, before.Version.Epoch];
        _head = (new StatusVersion(epoch, 0), 0);
        Publish(new PollUpdate(new StatusVersion(epoch, 0), [], [], []));
        return new LeaseAnswer(true, duration);
    }

    public bool Renew(string owner, ulong epoch, TimeSpan duration)
    {
        if (!IsMine(owner, epoch)) return false;
        _lease = (owner, epoch, clock.Now + duration);
        return true;
    }

    public bool Release(string owner, ulong epoch)
    {
        if (!IsMine(owner, epoch)) return false;
        _lease = null;
        foreach (var link in _links) link.DeliverLeaseReleased();
        return true;
    }

    public PublishOutcome Store(string owner, PollUpdate update)
    {
        if (!IsMine(owner, update.Version.Epoch))
        {
            Refused++;
            return PublishOutcome.Refused;
        }

        if (_head is { } head && head.Version.Epoch != update.Version.Epoch) Breaches++;
        if (_head is { } stored && stored.Version.Epoch == update.Version.Epoch && stored.UpdateNumber >= update.UpdateNumber) return PublishOutcome.Stored;
        _head = (update.Version, update.UpdateNumber);
        foreach (var record in update.Changed) _statuses[record.PipelineId] = (record, clock.Now - update.ReadAge, IntervalOf(update, record.PipelineId));
        foreach (var id in update.Confirmed)
        {
            if (_statuses.TryGetValue(id, out var known)) _statuses[id] = (known.Record, clock.Now - update.ReadAge, IntervalOf(update, id));
        }

        foreach (var id in update.Forgotten) _statuses.Remove(id);
        foreach (var record in update.Restored) _statuses.TryAdd(record.PipelineId, (record, clock.Now - TimeSpan.FromDays(1), null));
        if (update.IsOnTime || update.Changed.Count + update.Confirmed.Count > 0) _readAt = clock.Now;
        Publish(update);
        return _statuses.Count < update.Known ? PublishOutcome.StoredWithGaps : PublishOutcome.Stored;
    }

    /// <summary>How many epochs have begun.</summary>
    public int Epochs => _epochs.Count;

    /// <summary>How often everything was read.</summary>
    public int Snapshots { get; private set; }

    public SharedSnapshot? Snapshot()
    {
        Snapshots++;
        return Everything();
    }

    private SharedSnapshot? Everything() => _head is { } head
        ? new SharedSnapshot(head.Version, head.UpdateNumber, AgedRecords()) { PastEpochs = _past }
        : null;

    private AgedRecord[] AgedRecords() => [.. _statuses.Values.Select(status => new AgedRecord(status.Record, clock.Now - status.ReadAt, status.Interval))];

    public bool Announce(IReadOnlyList<WatchedPipeline> watched, PollRequest began)
    {
        foreach (var pipeline in watched)
        {
            var interest = pipeline.IsVisible ? _interest : _background;
            var till = clock.Now + pipeline.Remaining.GetValueOrDefault();
            if (!interest.TryGetValue(pipeline.PipelineId, out var before) || before < till) interest[pipeline.PipelineId] = till;
        }

        if (!began.IsEmpty) Request(began);
        return true;
    }

    public IReadOnlyList<WatchedPipeline> Watched()
    {
        var watched = new Dictionary<string, WatchedPipeline>(StringComparer.Ordinal);
        foreach (var (interest, isVisible) in ((Dictionary<string, TimeSpan>, bool)[])[(_interest, true), (_background, false)])
        {
            foreach (var (id, till) in interest.ToArray())
            {
                if (till <= clock.Now) interest.Remove(id);
                else if (!watched.TryGetValue(id, out var known)) watched[id] = new WatchedPipeline(id, till - clock.Now, isVisible);
                else if (known.Remaining < till - clock.Now) watched[id] = known with { Remaining = till - clock.Now };
            }
        }

        return [.. watched.Values];
    }

    private static TimeSpan? IntervalOf(PollUpdate update, string pipelineId) => update.Intervals.TryGetValue(pipelineId, out var interval) ? interval : null;

    public bool Notify(IReadOnlyList<string> pipelineIds)
    {
        Request(new PollRequest([], pipelineIds));
        return true;
    }

    private bool IsMine(string owner, ulong epoch) => Lease is { } lease && lease.Owner == owner && lease.Epoch == epoch;

    private void Publish(PollUpdate update)
    {
        foreach (var link in _links) link.Deliver(update);
    }

    private void Request(PollRequest request)
    {
        foreach (var link in _links) link.Deliver(request);
    }
}
