using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Backplane.Redis;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Simulation.Tests.World;

namespace PipelineAspire.StatusStream.Simulation.Tests.Shared;

/// <summary>What the scripts in Redis do, as a model: each method is one atomic act at one moment of virtual time.</summary>
internal sealed class ModelRedis(VirtualClock clock)
{
    private readonly Dictionary<string, (PipelineRecord Record, TimeSpan ReadAt)> _statuses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _interest = new(StringComparer.Ordinal);
    private readonly List<ModelLink> _links = [];
    private readonly HashSet<ulong> _epochs = [];
    private (string Owner, ulong Epoch, TimeSpan Till)? _lease;
    private (StatusVersion Version, long Beat)? _head;

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
            (_lease, _head) = (null, null);
        }

        foreach (var link in _links) link.Interrupt();
    }

    public LeaseAnswer TryAcquire(string owner, ulong epoch, TimeSpan duration)
    {
        if (Lease is { } held && held.Owner != owner) return new LeaseAnswer(false, held.Till - clock.Now);
        _lease = (owner, epoch, clock.Now + duration);
        _epochs.Add(epoch);
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
        foreach (var link in _links) link.DeliverLeaseFreed();
        return true;
    }

    public bool Store(string owner, PollUpdate update)
    {
        if (!IsMine(owner, update.Version.Epoch))
        {
            Refused++;
            return false;
        }

        if (_head is { } head && head.Version.Epoch != update.Version.Epoch) Breaches++;
        if (_head is { } stored && stored.Version.Epoch == update.Version.Epoch && stored.Beat >= update.Beat) return true;
        _head = (update.Version, update.Beat);
        foreach (var record in update.Changed) _statuses[record.PipelineId] = (record, clock.Now);
        foreach (var id in update.Confirmed)
        {
            if (_statuses.TryGetValue(id, out var known)) _statuses[id] = known with { ReadAt = clock.Now };
        }

        foreach (var id in update.Forgotten) _statuses.Remove(id);
        Publish(update);
        return true;
    }

    public SharedSnapshot? Snapshot() => _head is { } head
        ? new SharedSnapshot(head.Version, head.Beat, [.. _statuses.Values.Select(status => new KnownPipeline(status.Record, clock.Now - status.ReadAt))])
        : null;

    public bool Announce(IReadOnlyList<(string PipelineId, TimeSpan For)> watched, IReadOnlyList<string> began)
    {
        foreach (var (id, time) in watched)
        {
            var till = clock.Now + time;
            if (!_interest.TryGetValue(id, out var before) || before < till) _interest[id] = till;
        }

        if (began.Count > 0) Request(new PollRequest(began, []));
        return true;
    }

    public IReadOnlyList<WatchedPipeline> Watched()
    {
        foreach (var id in _interest.Where(interest => interest.Value <= clock.Now).Select(interest => interest.Key).ToArray()) _interest.Remove(id);
        return [.. _interest.Select(interest => new WatchedPipeline(interest.Key, interest.Value - clock.Now))];
    }

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
