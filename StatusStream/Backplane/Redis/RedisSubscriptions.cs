using System.Text.Json;
using StackExchange.Redis;

namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>The channels that this replica hears.</summary>
internal sealed class RedisSubscriptions(IConnectionMultiplexer redis, ILogger<RedisSubscriptions> logger)
{
    private readonly List<(RedisChannel Channel, Action<ReadOnlyMemory<byte>> Handle)> _channels = [];

    /// <summary>The connection was interrupted: messages may have been missed.</summary>
    public event Action? Interrupted;

    /// <summary>Adds a channel; before listening.</summary>
    public void Add(RedisChannel channel, Action<ReadOnlyMemory<byte>> handle) => _channels.Add((channel, handle));

    /// <summary>
    /// Subscribes, without waiting for Redis to say so: while it is down that would fail, and the client subscribes by
    /// itself once it is there. What is missed until then shows as a gap.
    /// </summary>
    public async Task ListenAsync()
    {
        redis.ConnectionRestored += (_, _) => Interrupted?.Invoke();
        redis.ConnectionFailed += (_, _) => Interrupted?.Invoke();
        foreach (var (channel, handle) in _channels) await SubscribeAsync(channel, handle);
    }

    /// <summary>
    /// Subscribes once more where Redis is there and the subscription is not: the client makes up for a lost connection, but takes a
    /// refusal for an answer. Names the channels that were not subscribed.
    /// </summary>
    public async Task<IReadOnlyList<string>> ListenAgainAsync()
    {
        List<string>? unheard = null;
        var subscriber = redis.GetSubscriber();
        foreach (var (channel, handle) in _channels)
        {
            if (subscriber.SubscribedEndpoint(channel) is not null || !subscriber.IsConnected(channel)) continue;
            (unheard ??= []).Add(channel.ToString());
            await subscriber.UnsubscribeAsync(channel, flags: CommandFlags.FireAndForget);
            await SubscribeAsync(channel, handle);
        }

        return unheard ?? [];
    }

    private async Task SubscribeAsync(RedisChannel channel, Action<ReadOnlyMemory<byte>> handle) =>
        (await redis.GetSubscriber().SubscribeAsync(channel, CommandFlags.FireAndForget)).OnMessage(message => Pass(message, handle));

    private void Pass(ChannelMessage message, Action<ReadOnlyMemory<byte>> handle)
    {
        try
        {
            handle((byte[])message.Message!);
        }
        catch (JsonException e)
        {
            logger.BadMessage(message.Channel.ToString(), e.Message);
        }
#pragma warning disable CA1031 // the queue of messages must outlive any of them
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.MessageFailed(e, message.Channel.ToString());
        }
    }
}
