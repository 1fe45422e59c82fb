using PipelineAspire.StatusStream.Backplane.Redis;

namespace PipelineAspire.StatusStream.Sharing.Tests.Refusals;

/// <summary>A user of Redis who lacks one right of those that sharing needs: from some moment on, or from the start.</summary>
internal static class RightTroubles
{
    /// <summary>What scripts call, what replicas send, and what the client library looks after its connections with.</summary>
    private static readonly IReadOnlyList<string> Commands =
    [
        .. RedisRequirements.InScripts, "EVALSHA", "EVAL", "SCRIPT", "SUBSCRIBE", "UNSUBSCRIBE", "PING", "ECHO",
    ];

    /// <summary>The right to every key, as the user has it at first.</summary>
    public static readonly string[] AllKeys = ["resetkeys", "~{statusstream}:*"];

    /// <summary>The right to every channel, as the user has it at first.</summary>
    public static readonly string[] AllChannels = ["resetchannels", "&{statusstream}:*"];

    public static readonly IReadOnlyList<Trouble> All =
    [
        .. Commands.SelectMany(command => Twice(command, ["-" + command], ["+" + command])),
        .. SharedKeys.All.SelectMany(key => Twice($"the key {key.Name}", KeysBut(key.Name), AllKeys)),
        .. SharedKeys.Channels.SelectMany(channel => Twice($"the channel {channel.Name}", ChannelsBut(channel.Name), AllChannels)),
        .. Twice("all channels", ["resetchannels"], AllChannels),
        new("the user is deleted", scene => scene.DeleteUserAsync()) { EndAsync = scene => scene.CreateUserAsync() },
        new("from the start, there is no user", scene => scene.DeleteUserAsync()) { EndAsync = scene => scene.CreateUserAsync(), IsFromTheStart = true },
    ];

    /// <summary>The rights to all keys of the loop but the one of this name.</summary>
    public static string[] KeysBut(string name) => ["resetkeys", .. SharedKeys.All.Where(key => key.Name != name).Select(key => "~" + key.Key)];

    /// <summary>The rights to all channels but the one of this name.</summary>
    public static string[] ChannelsBut(string name) =>
        ["resetchannels", .. SharedKeys.Channels.Where(channel => channel.Name != name).Select(channel => "&" + channel.Channel)];

    private static IEnumerable<Trouble> Twice(string right, string[] without, string[] with)
    {
        var trouble = new Trouble($"the user loses {right}", scene => scene.SetRightsAsync(without)) { EndAsync = scene => scene.SetRightsAsync(with) };
        return [trouble, trouble with { Name = $"from the start, the user lacks {right}", IsFromTheStart = true }];
    }
}
