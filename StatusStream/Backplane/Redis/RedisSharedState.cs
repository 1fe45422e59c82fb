using System.Globalization;
using PipelineAspire.StatusStream.Backplane.Sharing;
using PipelineAspire.StatusStream.Pipelines;
using StackExchange.Redis;

namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>The shared state in Redis (redis-server, Redis Cluster, Garnet).</summary>
internal sealed class RedisSharedState : ISharedState
{
    private readonly IConnectionMultiplexer _redis;
    private readonly RedisCalls _calls;
    private readonly RedisKeys _keys;
    private readonly ILogger _logger;

    public RedisSharedState(
        IConnectionMultiplexer redis, RedisCalls calls, RedisKeys keys, RedisSubscriptions subscriptions, ILogger<RedisSharedState> logger)
    {
        (_redis, _calls, _keys, _logger) = (redis, calls, keys, logger);
        subscriptions.Add(keys.Changes, OnUpdate);
        subscriptions.Add(keys.Notify, OnRequest);
        subscriptions.Interrupted += () => Interrupted?.Invoke();
    }

    public event Action<PollUpdate>? Updated;

    public event Action<PollRequest>? Requested;

    public event Action? LeaseReleased;

    public event Action? Interrupted;

    public async Task<LeaseAnswer> TryAcquireAsync(string owner, ulong epoch, TimeSpan duration, CancellationToken cancellationToken)
    {
        var first = RedisMessages.Write(new PollUpdate(new StatusVersion(epoch, 0), [], [], []));
        var answer = (RedisResult[])(await _calls.EvaluateAsync(
            RedisScripts.Acquire, [_keys.Lease, _keys.Head, _keys.Documents],
            [Prefix(owner), LeaseValue(owner, epoch), Milliseconds(duration), EpochText(epoch), (string)_keys.Changes!, first], cancellationToken))!;
        return new LeaseAnswer((int)answer[0] == 1, TimeSpan.FromMilliseconds(Math.Max(0, (long)answer[1])));
    }

    public async Task<bool> RenewAsync(string owner, ulong epoch, TimeSpan duration, CancellationToken cancellationToken) =>
        (int)await _calls.EvaluateAsync(RedisScripts.Renew, [_keys.Lease], [LeaseValue(owner, epoch), Milliseconds(duration)], cancellationToken) == 1;

    public Task ReleaseAsync(string owner, ulong epoch, CancellationToken cancellationToken) =>
        _calls.EvaluateAsync(RedisScripts.Release, [_keys.Lease], [LeaseValue(owner, epoch), (string)_keys.Notify!, RedisMessages.LeaseReleased], cancellationToken);

    public async Task<PublishOutcome> PublishAsync(string owner, PollUpdate update, CancellationToken cancellationToken)
    {
        var pairs = update.Changed.Count + update.Restored.Count + update.Intervals.Count + update.Documents.Count;
        var arguments = new List<RedisValue>(15 + (pairs * 2) + update.Confirmed.Count + update.Forgotten.Count)
        {
            LeaseValue(owner, update.Version.Epoch), EpochText(update.Version.Epoch), update.Version.Sequence,
            update.UpdateNumber, (string)_keys.Changes!, RedisMessages.Write(update),
            update.Changed.Count, update.Confirmed.Count, update.Forgotten.Count, update.Restored.Count, update.Known,
            Milliseconds(update.ReadAge), update.Intervals.Count, update.Documents.Count,
            update.IsOnTime || update.Changed.Count + update.Confirmed.Count > 0 ? 1 : 0,
        };
        AddRecords(update.Changed);
        arguments.AddRange(update.Confirmed.Select(id => (RedisValue)id));
        AddRecords(update.Restored);
        foreach (var (pipelineId, interval) in update.Intervals)
        {
            arguments.Add(pipelineId);
            arguments.Add(Milliseconds(interval));
        }

        foreach (var (pipelineId, json) in update.Documents)
        {
            arguments.Add(pipelineId);
            arguments.Add(json);
        }

        arguments.AddRange(update.Forgotten.Select(id => (RedisValue)id));
        return (int)await _calls.EvaluateAsync(RedisScripts.Publish, WrittenKeys, [.. arguments], cancellationToken) switch
        {
            0 => PublishOutcome.Refused,
            1 => PublishOutcome.Stored,
            _ => PublishOutcome.StoredWithGaps,
        };

        void AddRecords(IReadOnlyList<PipelineRecord> records)
        {
            foreach (var record in records)
            {
                arguments.Add(record.PipelineId);
                arguments.Add(RedisMessages.Write(record));
            }
        }
    }

    public async Task<SharedLoopState> RehearseAsync(CancellationToken cancellationToken)
    {
        var reply = (RedisResult[])(await _calls.EvaluateAsync(
            RedisScripts.Rehearse, [.. WrittenKeys, .. InterestKeys],
            [(string)_keys.Changes!, (string)_keys.Notify!, RedisMessages.Rehearsal], cancellationToken))!;
        var since = (long)reply[1];
        return new SharedLoopState((int)reply[0] == 1, since < 0 ? null : TimeSpan.FromMilliseconds(since));
    }

    public async Task<SharedSnapshot?> SnapshotAsync(CancellationToken cancellationToken)
    {
        var reply = (RedisResult[])(await _calls.EvaluateAsync(RedisScripts.Snapshot, [_keys.Head, _keys.Statuses, _keys.Reads], [], cancellationToken))!;
        if (reply.Length == 0) return null;
        var version = $"{(string?)reply[0]}-{(string?)reply[1]}";
        if (!StatusVersion.TryParse(version, out var head)
            || !RedisNumbers.TryParse((string?)reply[2], out var beat)
            || !RedisNumbers.TryParse((string?)reply[3], out var now))
            throw new SharedStateException($"The shared state has a senseless version: {version}.");

        var reads = Pairs(reply[5]).ToDictionary(pair => (string)pair.Key!, pair => (string?)pair.Value, StringComparer.Ordinal);
        var known = new List<AgedRecord>(reads.Count);
        foreach (var (id, value) in Pairs(reply[4]))
        {
            if (RedisMessages.TryReadRecord((string)id!, (byte[])value!, out var record))
            {
                known.Add(Aged(record, reads.GetValueOrDefault(record.PipelineId), now));
            }
            else
            {
                await DropAsync((string)id!, (byte[])value!, cancellationToken);
            }
        }

        return new SharedSnapshot(head, beat, known) { PastEpochs = Epochs((string?)reply[6]) };
    }

    public Task AnnounceAsync(IReadOnlyList<WatchedPipeline> watched, PollRequest began, CancellationToken cancellationToken)
    {
        var arguments = new List<RedisValue>(2 + (watched.Count * 3))
        {
            (string)_keys.Notify!, began.IsEmpty ? RedisValue.EmptyString : RedisMessages.Write(began),
        };
        foreach (var pipeline in watched)
        {
            arguments.AddRange([pipeline.IsVisible ? 1 : 2, pipeline.PipelineId, Milliseconds(pipeline.Remaining.GetValueOrDefault())]);
            if (pipeline.DocumentFor > TimeSpan.Zero) arguments.AddRange([3, pipeline.PipelineId, Milliseconds(pipeline.DocumentFor)]);
        }

        return _calls.EvaluateAsync(RedisScripts.Announce, InterestKeys, [.. arguments], cancellationToken);
    }

    public async Task<IReadOnlyList<WatchedPipeline>> GetWatchedAsync(CancellationToken cancellationToken)
    {
        var reply = (RedisResult[])(await _calls.EvaluateAsync(RedisScripts.Watched, InterestKeys, [], cancellationToken))!;
        if (!RedisNumbers.TryParse((string?)reply[0], out var now)) throw new SharedStateException("The shared state does not tell the time.");
        var watched = new Dictionary<string, WatchedPipeline>(StringComparer.Ordinal);
        foreach (var (id, remaining) in Interests(reply[1], now)) watched[id] = new WatchedPipeline(id, remaining);
        foreach (var (id, remaining) in Interests(reply[2], now))
        {
            if (!watched.TryGetValue(id, out var pipeline)) watched[id] = new WatchedPipeline(id, remaining, IsVisible: false);
            else if (pipeline.Remaining < remaining) watched[id] = pipeline with { Remaining = remaining };
        }

        foreach (var (id, remaining) in Interests(reply[3], now))
        {
            if (watched.TryGetValue(id, out var pipeline)) watched[id] = pipeline with { DocumentFor = remaining };
        }

        return [.. watched.Values];
    }

    public async Task<ReadOnlyMemory<byte>?> FindDocumentAsync(string pipelineId, CancellationToken cancellationToken)
    {
        var reply = await _calls.EvaluateAsync(RedisScripts.Document, [_keys.Documents], [pipelineId], cancellationToken);
        return reply.IsNull ? default(ReadOnlyMemory<byte>?) : (byte[])reply!;
    }

    public Task NotifyAsync(IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken) =>
        _calls.CallAsync(() => _redis.GetSubscriber().PublishAsync(_keys.Notify, RedisMessages.Write(new PollRequest([], pipelineIds))), cancellationToken);

    /// <summary>A record that nobody can read would be met again at every re-read: it harms its own pipeline only, which whoever polls stores anew.</summary>
    private async Task DropAsync(string pipelineId, byte[] record, CancellationToken cancellationToken)
    {
        _logger.BadRecord(pipelineId);
        try
        {
            await _calls.EvaluateAsync(RedisScripts.Drop, [_keys.Statuses], [pipelineId, record], cancellationToken);
        }
        catch (SharedStateException)
        {
            // The next re-read meets it again.
        }
    }

    private RedisKey[] WrittenKeys => [_keys.Lease, _keys.Head, _keys.Statuses, _keys.Reads, _keys.Documents];

    private RedisKey[] InterestKeys => [_keys.Interest, _keys.Background, _keys.DocumentInterest];

    /// <summary>The record with what is stored of its last read: when that was and, where it has one of its own, its interval (ms).</summary>
    private static AgedRecord Aged(PipelineRecord record, string? read, long now)
    {
        var words = (read ?? "").Split(' ');
        var age = RedisNumbers.TryParse(words[0], out var readAt) ? TimeSpan.FromMilliseconds(Math.Max(0, now - readAt)) : TimeSpan.FromDays(1);
        return words.Length > 1 && RedisNumbers.TryParse(words[1], out var interval) && interval > 0
            ? new AgedRecord(record, age, TimeSpan.FromMilliseconds(interval))
            : new AgedRecord(record, age);
    }

    private static IEnumerable<(string PipelineId, TimeSpan Remaining)> Interests(RedisResult flat, long now)
    {
        foreach (var (id, value) in Pairs(flat))
        {
            if (PipelineId.IsValid((string)id!) && RedisNumbers.TryParse((string?)value, out var till))
                yield return ((string)id!, TimeSpan.FromMilliseconds(till - now));
        }
    }

    private static string Prefix(string owner) => owner + "|";

    private static string LeaseValue(string owner, ulong epoch) => Prefix(owner) + EpochText(epoch);

    private static string EpochText(ulong epoch) => epoch.ToString("x16", CultureInfo.InvariantCulture);

    private static HashSet<ulong> Epochs(string? text)
    {
        var epochs = new HashSet<ulong>();
        foreach (var word in (text ?? "").Split(' '))
        {
            if (ulong.TryParse(word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var epoch)) epochs.Add(epoch);
        }

        return epochs;
    }

    private static long Milliseconds(TimeSpan time) => (long)Math.Ceiling(time.TotalMilliseconds);

    private static IEnumerable<(RedisResult Key, RedisResult Value)> Pairs(RedisResult flat)
    {
        var items = (RedisResult[])flat!;
        for (var i = 0; i + 1 < items.Length; i += 2) yield return (items[i], items[i + 1]);
    }

    private void OnUpdate(ReadOnlyMemory<byte> json)
    {
        if (!json.Span.SequenceEqual(RedisMessages.Rehearsal)) Updated?.Invoke(RedisMessages.ReadUpdate(json.Span));
    }

    private void OnRequest(ReadOnlyMemory<byte> json)
    {
        if (json.Span.SequenceEqual(RedisMessages.Rehearsal)) return;
        var (request, isLeaseReleased) = RedisMessages.ReadRequest(json.Span);
        if (isLeaseReleased) LeaseReleased?.Invoke();
        else Requested?.Invoke(request);
    }
}
