namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>
/// The acts on the shared state, each atomic. Times are Redis's own (TIME), so that no two machines' clocks are
/// compared.
/// </summary>
internal static class RedisScripts
{
    private const string Now = """
        local time = redis.call('TIME')
        local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

        """;

    /// <summary>
    /// KEYS lease, head, documents. ARGV owner prefix, lease value, duration (ms), epoch, changes channel, the epoch's first
    /// update. Answers {1, 0} or {0, remaining ms}. A lease of the same owner is taken over: its answer got lost. The last 64 epochs
    /// before it are remembered: whoever has seen one of them has seen nothing newer than what is shared. The lease comes last, so that
    /// nobody holds it who was refused the rest.
    /// </summary>
    public const string Acquire = """
        local held = redis.call('GET', KEYS[1])
        if held and string.sub(held, 1, string.len(ARGV[1])) ~= ARGV[1] then
            return {0, redis.call('PTTL', KEYS[1])}
        end
        local before = redis.call('HGET', KEYS[2], 'epoch')
        local past = redis.call('HGET', KEYS[2], 'past') or ''
        if before then past = string.sub(before .. ' ' .. past, 1, 17 * 64) end
        redis.call('PUBLISH', ARGV[5], ARGV[6])
        redis.call('HSET', KEYS[2], 'epoch', ARGV[4], 'sequence', '0', 'beat', '0', 'past', past)
        redis.call('DEL', KEYS[3])
        redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
        return {1, 0}
        """;

    /// <summary>KEYS lease. ARGV lease value, duration (ms). Answers 1 when it is held for longer now, 0 when it is not this one.</summary>
    public const string Renew = """
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
        redis.call('PEXPIRE', KEYS[1], ARGV[2])
        return 1
        """;

    /// <summary>KEYS lease. ARGV lease value, notify channel, the word that it is free.</summary>
    public const string Release = """
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
        redis.call('DEL', KEYS[1])
        redis.call('PUBLISH', ARGV[2], ARGV[3])
        return 1
        """;

    /// <summary>
    /// KEYS lease, head, statuses, reads, documents. ARGV lease value, epoch, sequence, beat, changes channel, message, number of
    /// changed, of confirmed, of forgotten, of restored, and of all that the poller knows, age of the reads (ms), number of intervals, of
    /// documents, whether the poller keeps its pace (1); then id and record of each changed, id of each confirmed, id and record of each
    /// restored, id and interval (ms) of those that are not read once per poll interval, id and document of each (an empty one is taken
    /// out), id of each forgotten: nothing is left of those that were read once more before. Answers 1, or 2 when fewer records are stored
    /// than the poller knows, or 0 when the lease is not this one: the fence. Repeating a stored update does nothing; the head is written
    /// when the records are, so that one of which Redis took a part only is not taken for stored.
    /// </summary>
    public const string Publish = Now + """
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
        local beat = redis.call('HGET', KEYS[2], 'beat')
        if redis.call('HGET', KEYS[2], 'epoch') == ARGV[2] and beat and tonumber(beat) >= tonumber(ARGV[4]) then return 1 end
        local read = tostring(now - tonumber(ARGV[12]))
        local at = 16
        for _ = 1, tonumber(ARGV[7]) do
            redis.call('HSET', KEYS[3], ARGV[at], ARGV[at + 1])
            redis.call('HSET', KEYS[4], ARGV[at], read)
            at = at + 2
        end
        for _ = 1, tonumber(ARGV[8]) do
            redis.call('HSET', KEYS[4], ARGV[at], read)
            at = at + 1
        end
        for _ = 1, tonumber(ARGV[10]) do
            redis.call('HSET', KEYS[3], ARGV[at], ARGV[at + 1])
            at = at + 2
        end
        for _ = 1, tonumber(ARGV[13]) do
            redis.call('HSET', KEYS[4], ARGV[at], read .. ' ' .. ARGV[at + 1])
            at = at + 2
        end
        for _ = 1, tonumber(ARGV[14]) do
            if ARGV[at + 1] == '' then redis.call('HDEL', KEYS[5], ARGV[at]) else redis.call('HSET', KEYS[5], ARGV[at], ARGV[at + 1]) end
            at = at + 2
        end
        for _ = 1, tonumber(ARGV[9]) do
            redis.call('HDEL', KEYS[3], ARGV[at])
            redis.call('HDEL', KEYS[4], ARGV[at])
            redis.call('HDEL', KEYS[5], ARGV[at])
            at = at + 1
        end
        redis.call('HSET', KEYS[2], 'epoch', ARGV[2], 'sequence', ARGV[3], 'beat', ARGV[4])
        if ARGV[15] == '1' then redis.call('HSET', KEYS[2], 'read', tostring(now)) end
        redis.call('PUBLISH', ARGV[5], ARGV[6])
        if redis.call('HLEN', KEYS[3]) < tonumber(ARGV[11]) then return 2 end
        return 1
        """;

    /// <summary>
    /// KEYS lease, head, statuses, reads, documents, interest, background, document interest. ARGV changes channel, notify channel, an empty
    /// message. Does once what all others do that the loop needs, to a field that is no pipeline. Documents of another type are none: taking
    /// the lease deletes them. Answers {1 when the lease is held, ms since the last reading or -1}.
    /// </summary>
    public const string Rehearse = Now + """
        redis.call('HSET', KEYS[2], 'rehearsed', tostring(now))
        redis.call('HSET', KEYS[3], '', '')
        redis.call('HDEL', KEYS[3], '')
        redis.call('HSET', KEYS[4], '', '0')
        redis.call('HDEL', KEYS[4], '')
        local stored = redis.pcall('HSET', KEYS[5], '', '')
        if type(stored) ~= 'table' then
            redis.call('HDEL', KEYS[5], '')
        elseif not string.find(stored['err'], 'WRONGTYPE') then
            return stored
        end
        for i = 6, 8 do
            redis.call('ZADD', KEYS[i], '0', '')
            redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', '0')
            redis.call('ZSCORE', KEYS[i], '')
            redis.call('ZRANGE', KEYS[i], 0, 0, 'WITHSCORES')
        end
        redis.call('HGETALL', KEYS[2])
        redis.call('HLEN', KEYS[3])
        redis.call('PUBLISH', ARGV[1], ARGV[3])
        redis.call('PUBLISH', ARGV[2], ARGV[3])
        local lease = redis.call('GET', KEYS[1])
        local remaining = math.max(redis.call('PTTL', KEYS[1]), 1)
        local held = 0
        if lease then held = 1 end
        redis.call('SET', KEYS[1], lease or '', 'PX', remaining)
        redis.call('PEXPIRE', KEYS[1], remaining)
        redis.call('DEL', KEYS[1])
        if lease then redis.call('SET', KEYS[1], lease, 'PX', remaining) end
        local read = redis.call('HGET', KEYS[2], 'read')
        if read then return {held, now - tonumber(read)} end
        return {held, -1}
        """;

    /// <summary>KEYS statuses. ARGV id, record. Takes out a record that cannot be read, if it is still that one: whoever polls stores it anew.</summary>
    public const string Drop = """
        if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end
        return 1
        """;

    /// <summary>KEYS head, statuses, reads. Answers {epoch, sequence, beat, now, statuses, reads, past epochs}, or {} before the first epoch.</summary>
    public const string Snapshot = Now + """
        local epoch = redis.call('HGET', KEYS[1], 'epoch')
        if not epoch then return {} end
        return {epoch, redis.call('HGET', KEYS[1], 'sequence'), redis.call('HGET', KEYS[1], 'beat'), tostring(now),
            redis.call('HGETALL', KEYS[2]), redis.call('HGETALL', KEYS[3]), redis.call('HGET', KEYS[1], 'past') or ''}
        """;

    /// <summary>
    /// KEYS interest, background, documents. ARGV notify channel, message or '', then key (1 to 3), id and duration (ms) of each. An
    /// interest is never made shorter: another replica may have said the longer one.
    /// </summary>
    public const string Announce = Now + """
        for at = 3, #ARGV, 3 do
            local key = KEYS[tonumber(ARGV[at])]
            local till = now + tonumber(ARGV[at + 2])
            local before = redis.call('ZSCORE', key, ARGV[at + 1])
            if not before or tonumber(before) < till then redis.call('ZADD', key, tostring(till), ARGV[at + 1]) end
        end
        if ARGV[2] ~= '' then redis.call('PUBLISH', ARGV[1], ARGV[2]) end
        return 1
        """;

    /// <summary>
    /// KEYS interest, background, documents. Answers {now, {id, till, …}, {…}, {…}} of what is watched, after throwing out what is not
    /// any more.
    /// </summary>
    public const string Watched = Now + """
        local answer = {tostring(now)}
        for i, key in ipairs(KEYS) do
            redis.call('ZREMRANGEBYSCORE', key, '-inf', tostring(now))
            answer[i + 1] = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
        end
        return answer
        """;

    /// <summary>
    /// KEYS list, claim. ARGV known tag, how old a list may be (ms), claim or '' for none, its duration (ms). Answers {fresh, tag, age (ms),
    /// entity tag, list} of one that is not older (the last two empty where the tag is known, and the list where it was too large to be
    /// stored), {reading} while another replica has the claim, {claimed, tag of the list that is older}, or {none}. A list of the future
    /// is none: Redis's clock was set back.
    /// </summary>
    public const string FindList = Now + """
        local at = tonumber(redis.call('HGET', KEYS[1], 'at') or '')
        local tag = redis.call('HGET', KEYS[1], 'tag') or ''
        if at and tag ~= '' and now >= at and now - at < tonumber(ARGV[2]) then
            if tag == ARGV[1] then return {'fresh', tag, tostring(now - at), '', ''} end
            return {'fresh', tag, tostring(now - at), redis.call('HGET', KEYS[1], 'etag') or '', redis.call('HGET', KEYS[1], 'list') or ''}
        end
        if redis.call('GET', KEYS[2]) then return {'reading'} end
        if ARGV[3] == '' then return {'none'} end
        redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[4])
        return {'claimed', tag}
        """;

    /// <summary>
    /// KEYS list, claim. ARGV claim, tag or '' when it could not be read, entity tag or '', how long to keep it (ms), 1 with a list or 0
    /// when it is the one stored, the list (empty for one that is too large). Answers 1, or 0 when the claim is another's by now: the fence.
    /// </summary>
    public const string PublishList = Now + """
        if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
        redis.call('DEL', KEYS[2])
        if ARGV[2] == '' then return 1 end
        if ARGV[5] == '1' then
            redis.call('HSET', KEYS[1], 'tag', ARGV[2], 'etag', ARGV[3], 'at', tostring(now), 'list', ARGV[6])
        elseif redis.call('HGET', KEYS[1], 'tag') == ARGV[2] then
            redis.call('HSET', KEYS[1], 'etag', ARGV[3], 'at', tostring(now))
        else
            return 1
        end
        redis.call('PEXPIRE', KEYS[1], ARGV[4])
        return 1
        """;

    /// <summary>KEYS documents. ARGV id. Answers its document, or nothing.</summary>
    public const string Document = "return redis.call('HGET', KEYS[1], ARGV[1])";
}
