using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using StackExchange.Redis;

namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>Replicas ask each other by pub/sub: each hears a channel of its own.</summary>
internal sealed class RedisReplicaMessenger : IReplicaMessenger
{
    /// <summary>How long an answer may take. Whoever waits for it has been promised one of some kind within a second.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(800);

    private readonly IConnectionMultiplexer _redis;
    private readonly RedisKeys _keys;
    private readonly TimeProvider _timeProvider;
    private readonly ConcurrentDictionary<long, TaskCompletionSource<byte[]>> _asked = [];
    private Func<ReadOnlyMemory<byte>, byte[]>? _answer;
    private long _lastNumber;

    public RedisReplicaMessenger(IConnectionMultiplexer redis, RedisKeys keys, RedisSubscriptions subscriptions, TimeProvider timeProvider)
    {
        (_redis, _keys, _timeProvider) = (redis, keys, timeProvider);
        subscriptions.Add(keys.Replica(Address), Receive);
    }

    public string Address { get; } = ReplicaAddress.New();

    public void AnswerWith(Func<ReadOnlyMemory<byte>, byte[]> answer) => _answer = answer;

    public async Task<byte[]?> AskAsync(string address, ReadOnlyMemory<byte> question, CancellationToken cancellationToken)
    {
        var began = _timeProvider.GetTimestamp();
        var number = Interlocked.Increment(ref _lastNumber);
        var answer = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[number] = answer;
        try
        {
            var heardBy = await PublishAsync(address, new ReplicaMessage(number, Address, question.ToArray())).WaitAsync(Timeout, _timeProvider, cancellationToken);
            if (heardBy == 0 && !IsCluster()) return null;
            var left = Timeout - _timeProvider.GetElapsedTime(began);
            return await answer.Task.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, _timeProvider, cancellationToken);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
        {
            return null;
        }
        finally
        {
            _asked.TryRemove(number, out _);
        }
    }

    /// <summary>A node of a cluster counts its own subscribers only.</summary>
    private bool IsCluster() => Array.Exists(_redis.GetServers(), static server => server.ServerType == ServerType.Cluster);

    private Task<long> PublishAsync(string address, ReplicaMessage message, CommandFlags flags = CommandFlags.None) => _redis.GetSubscriber()
        .PublishAsync(_keys.Replica(address), JsonSerializer.SerializeToUtf8Bytes(message, ReplicaMessageJson.Default.ReplicaMessage), flags);

    private void Receive(ReadOnlyMemory<byte> json)
    {
        if (JsonSerializer.Deserialize(json.Span, ReplicaMessageJson.Default.ReplicaMessage) is not { Body: not null } message) return;
        if (message.From is not { } asker)
        {
            if (_asked.TryGetValue(message.Number, out var answer)) answer.TrySetResult(message.Body);
            return;
        }

        if (!ReplicaAddress.IsValid(asker) || _answer?.Invoke(message.Body) is not { } body) return;
        _ = PublishAsync(asker, new ReplicaMessage(message.Number, From: null, body), CommandFlags.FireAndForget);
    }
}

/// <summary>A question, or its answer.</summary>
/// <param name="Number">Numbers the questions of a replica.</param>
/// <param name="From">Who asks; null in an answer.</param>
/// <param name="Body">What is asked, or answered.</param>
internal sealed record ReplicaMessage(long Number, string? From, byte[]? Body);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ReplicaMessage))]
internal sealed partial class ReplicaMessageJson : JsonSerializerContext;
