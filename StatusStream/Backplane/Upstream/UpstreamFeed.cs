using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Backplane.Upstream;

/// <summary>
/// Turns what another hub tells into updates for this one's clients, with versions as they are. From one connection to the next what is
/// known stands, and its lease runs on; only what the new connection has told of, or confirmed, is leased anew. Not thread-safe but for
/// <see cref="Version"/>.
/// </summary>
internal sealed class UpstreamFeed(ILeasedStatusReceiver receiver, PollCadence cadence, TimeProvider timeProvider)
{
    private readonly Dictionary<string, PipelineRecord> _known = new(StringComparer.Ordinal);

    /// <summary>What this connection has not told of yet: another one did.</summary>
    private readonly HashSet<string> _untold = new(StringComparer.Ordinal);

    /// <summary>What was in an episode of errors on the connection before: it still is, unless this one does not say so again.</summary>
    private readonly HashSet<string> _failingBefore = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Those whose status is known as of <see cref="_resumedFrom"/>: they were told up to the end of the connection before.</summary>
    private readonly HashSet<string> _resumable = new(StringComparer.Ordinal);
    private UpstreamClock _clock = new(timeProvider);
    private StatusVersion _version;
    private StatusVersion _resumedFrom;
    private bool _isTold;
    private long _confirmedAt;
    private (FreshnessLease Lease, long At)? _lease;

    /// <summary>Up to where everything has been told; null for nothing yet.</summary>
    public StatusVersion? Version
    {
        get
        {
            lock (_gate) return _version == default ? null : _version;
        }
    }

    /// <summary>
    /// What to come back with: those of the pipelines whose status was known when the connection was asked for, as a hash, and as of what.
    /// What this connection tells of others meanwhile says nothing of them. Null for none. Thread-safe.
    /// </summary>
    public (StatusVersion Seen, ulong Known)? ResumeOf(IEnumerable<string> pipelineIds)
    {
        lock (_gate)
        {
            var known = pipelineIds.Where(_resumable.Contains).ToList();
            return known.Count == 0 ? null : (_resumedFrom, KnownPipelines.Hash(known));
        }
    }

    /// <summary>Drops what nobody wants any more: no connection will tell of it.</summary>
    public void Drop(Func<string, bool> isWanted)
    {
        var unwanted = _untold.Where(id => !isWanted(id)).ToList();
        if (unwanted.Count == 0) return;
        Forget(unwanted);
        receiver.Receive(new PollUpdate(_version, [], [], unwanted));
    }

    /// <summary>Nobody watches anything: what is known grows old, and whoever comes is told anew.</summary>
    public void Clear()
    {
        if (_known.Count > 0) receiver.Receive(new PollUpdate(_version, [], [], [.. _known.Keys]));
        _known.Clear();
        _untold.Clear();
        _lease = null;
        receiver.Renew(null);
        lock (_gate) _resumable.Clear();
    }

    /// <summary>A connection is asked for.</summary>
    /// <param name="unsure">Pipelines of which the one before may not have told everything: they were being added, or removed.</param>
    public void Connect(IReadOnlyCollection<string> unsure)
    {
        _clock = new UpstreamClock(timeProvider);
        NoteResumable(unsure);
        _untold.UnionWith(_known.Keys);
        _failingBefore.Clear();
    }

    /// <summary>The connection is over, and there is none yet: what is leased no more is told to nobody who comes.</summary>
    public void Lapse()
    {
        if (_lease is not { } lease || timeProvider.GetElapsedTime(lease.At) < lease.Lease.For) return;
        Lose();
    }

    /// <summary>Nothing upstream can be reached: what was told is in doubt at once, and whoever comes need not wait to hear of it.</summary>
    public void Lose()
    {
        _lease = null;
        receiver.QuarantineAll();
        receiver.Renew(FreshnessLease.None);
    }

    /// <summary>Takes a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="asked">The pipelines that it answers for; none for one that confirms.</param>
    /// <param name="removed">Pipelines that are told no more.</param>
    public void TakeBatch(UpstreamEvent batch, IReadOnlyCollection<string> asked, IReadOnlyCollection<string> removed)
    {
        _isTold = true;
        var version = Reach(batch.Version);
        var (changed, confirmed, forgotten) = (new List<PipelineRecord>(), new List<string>(), new List<string>(removed));
        var told = new HashSet<string>(StringComparer.Ordinal);
        var isCatchingUp = false;
        foreach (var item in batch.Updates ?? [])
        {
            told.Add(item.PipelineId);
            var before = _known.GetValueOrDefault(item.PipelineId);

            // Within an episode a new connection tells the status first, and that it fails right after.
            var isKnownFromBefore = _untold.Contains(item.PipelineId) && before is not null;
            var isFailing = isKnownFromBefore && before!.Condition.IsUnavailable();
            isCatchingUp |= isKnownFromBefore; // statuses between the connections may have been missed
            if (isFailing) _failingBefore.Add(item.PipelineId);
            var record = Record(
                item.PipelineId, version, item.Status, isFailing ? before!.Condition : PipelineCondition.Ok, batch.Timestamp,
                UpstreamFields.After(null, item.Fields));
            Take(record, before, changed, confirmed);
        }

        foreach (var id in asked.Where(id => !told.Contains(id) && _known.ContainsKey(id)))
        {
            if (batch.Partial && _known[id].HasPublicStatus) confirmed.Add(id);
            else if (_untold.Contains(id) && _known[id].Condition == PipelineCondition.NotFound) _failingBefore.Add(id);
            else forgotten.Add(id);
            if (batch.Partial && _known[id].Condition.IsUnavailable()) _failingBefore.Add(id);
        }

        _untold.ExceptWith(told);
        _untold.ExceptWith(asked);
        Forget(forgotten);
        receiver.Receive(new PollUpdate(version, changed, confirmed, forgotten) { IsCatchingUp = isCatchingUp, IsPassedOn = true, Untold = [.. _untold] });
    }

    /// <summary>Takes a status, fields, or the beginning of an episode.</summary>
    public void TakeUpdate(UpstreamEvent said)
    {
        if (said.PipelineId is not { } id) return;
        var version = Reach(said.Version);
        var before = _known.GetValueOrDefault(id);
        _failingBefore.Remove(id);
        var record = said.Type switch
        {
            UpstreamEvent.StatusUpdate => Record(
                id, version, said.Status, PipelineCondition.Ok, said.Timestamp, UpstreamFields.After(before?.Fields, said.Fields)),
            UpstreamEvent.FieldsUpdate when before is not null =>
                new PipelineRecord(id, version, before.Status, before.Condition, said.Timestamp)
                {
                    Fields = UpstreamFields.After(before.Fields, said.Fields),
                    StatusVersion = before.StatusVersion,
                },
            UpstreamEvent.Error when ConditionOf(said.Code) is { } condition =>
                new PipelineRecord(id, version, before?.Status, condition, said.Timestamp) { Fields = before?.Fields },
            _ => null,
        };
        if (record is null)
        {
            if (said is { Type: UpstreamEvent.Error, Code: TooManyPipelines }) receiver.Receive(new PollUpdate(version, [], [], []) { Refused = [id] });
            return;
        }

        _known[id] = record;
        receiver.Receive(new PollUpdate(version, [record], [], []) { IsPassedOn = true });
    }

    /// <summary>Takes for how long what was told counts as confirmed.</summary>
    public void TakeLease(UpstreamEvent said)
    {
        var age = _clock.AgeOf(said.Clock);
        if (said.ConfirmedFor is not { } confirmedFor) return;
        var version = Reach(said.Version);
        EndEpisodes(version, said.Timestamp);
        var lease = new FreshnessLease(
            TimeSpan.FromMilliseconds(confirmedFor),
            said.Except?.ToDictionary(pair => pair.Key, pair => TimeSpan.FromMilliseconds(pair.Value), StringComparer.Ordinal)
                ?? FreshnessLease.None.Exceptions).After(age);
        receiver.Receive(new PollUpdate(version, [], IsConfirmationDue() ? Confirmed(lease) : [], []) { ReadAge = ReadAge(lease) });
        if (_untold.Count > 0) lease = lease with { Exceptions = WithUntold(lease.Exceptions) };
        _lease = (lease, timeProvider.GetTimestamp());
        receiver.Renew(lease);
    }

    private bool IsConfirmationDue()
    {
        if (_confirmedAt != 0 && timeProvider.GetElapsedTime(_confirmedAt) < cadence.Interval) return false;
        _confirmedAt = timeProvider.GetTimestamp();
        return true;
    }

    private List<string> Confirmed(FreshnessLease lease) => [.. _known.Keys.Where(id => !_untold.Contains(id) && !lease.Exceptions.ContainsKey(id))];

    /// <summary>How long ago the last of what a lease is about was read: a lease that only runs on is about ever older reads.</summary>
    private TimeSpan ReadAge(FreshnessLease lease)
    {
        var bound = cadence.FreshnessBound(cadence.Interval);
        return lease.For < bound ? bound - lease.For : TimeSpan.Zero;
    }

    private const string TooManyPipelines = "too_many_pipelines";

    private static PipelineCondition? ConditionOf(string? code) => code switch
    {
        "pipeline_not_found" => PipelineCondition.NotFound,
        "backend_unavailable" => PipelineCondition.Error,
        _ => null,
    };

    private static PipelineRecord Record(
        string pipelineId, StatusVersion version, string? status, PipelineCondition condition, long timestamp, PipelineFields? fields)
    {
        var known = PipelineStatuses.TryParse(status, out var parsed) ? parsed : PipelineStatus.Unknown; // one of a newer hub
        return new PipelineRecord(pipelineId, version, known, condition, timestamp) { Fields = fields };
    }

    /// <summary>What this connection has not told of yet is confirmed for no longer than the one before has said.</summary>
    private Dictionary<string, TimeSpan> WithUntold(IReadOnlyDictionary<string, TimeSpan> exceptions)
    {
        var before = _lease is { } lease ? lease.Lease.After(timeProvider.GetElapsedTime(lease.At)) : FreshnessLease.None;
        var all = new Dictionary<string, TimeSpan>(exceptions, StringComparer.Ordinal);
        foreach (var id in _untold) all[id] = before.Of(id);
        return all;
    }

    private void NoteResumable(IReadOnlyCollection<string> unsure)
    {
        if (!_isTold) return; // nothing was told since: all stands as it was
        _isTold = false;
        lock (_gate)
        {
            _resumable.Clear();
            _resumable.UnionWith(_known.Values.Where(record => record.HasPublicStatus && !_untold.Contains(record.PipelineId)).Select(record => record.PipelineId));
            _resumable.ExceptWith(unsure);
            _resumedFrom = _version;
        }
    }

    private void Take(PipelineRecord record, PipelineRecord? before, List<PipelineRecord> changed, List<string> confirmed)
    {
        if (record.IsVisibleChangeFrom(before) || !PipelineFields.AreSame(record.Fields, before?.Fields))
        {
            _known[record.PipelineId] = record;
            changed.Add(record);
        }
        else
        {
            confirmed.Add(record.PipelineId);
        }
    }

    /// <summary>What this connection has told of, and not of an error, is in no episode any more.</summary>
    private void EndEpisodes(StatusVersion version, long timestamp)
    {
        if (_failingBefore.Count == 0) return;
        var ended = new List<PipelineRecord>();
        var forgotten = new List<string>();
        foreach (var id in _failingBefore)
        {
            if (!_known.TryGetValue(id, out var record)) continue;
            if (record.Condition == PipelineCondition.NotFound) forgotten.Add(id);
            else ended.Add(_known[id] = new PipelineRecord(id, version, record.Status, PipelineCondition.Ok, timestamp)
            {
                Fields = record.Fields,
            });
        }

        _failingBefore.Clear();
        Forget(forgotten);
        receiver.Receive(new PollUpdate(version, ended, [], forgotten) { IsPassedOn = true });
    }

    private void Forget(List<string> pipelineIds)
    {
        foreach (var id in pipelineIds)
        {
            _known.Remove(id);
            _untold.Remove(id);
            _failingBefore.Remove(id);
        }

        if (pipelineIds.Count == 0) return;
        lock (_gate) _resumable.ExceptWith(pipelineIds);
    }

    private StatusVersion Reach(StatusVersion? version)
    {
        lock (_gate)
        {
            // Another replica may be behind what this hub has told: no id goes back within an epoch.
            var isOlder = version is not { } next || (next.Epoch == _version.Epoch && next.Sequence < _version.Sequence);
            return isOlder ? _version : _version = version!.Value;
        }
    }
}
