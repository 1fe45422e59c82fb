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

    public static readonly IReadOnlyList<Trouble> All =
    [
        .. Commands.SelectMany(command => Twice(command, ["-" + command], ["+" + command])),
        .. SharedKeys.All.SelectMany(key => Twice($"the key {key.Name}", Keys(except: key.Name), Keys(except: null))),
        .. SharedKeys.Channels.SelectMany(channel => Twice($"the channel {channel.Name}", Channels(except: channel.Name), Channels(except: null))),
        .. Twice("all channels", ["resetchannels"], Channels(except: null)),
        new("the user is deleted", scene => scene.DeleteUserAsync()) { EndAsync = scene => scene.CreateUserAsync() },
        new("from the start, there is no user", scene => scene.DeleteUserAsync()) { EndAsync = scene => scene.CreateUserAsync(), IsFromTheStart = true },
    ];

    /// <summary>The rights to all keys but the one of this name.</summary>
    public static string[] Keys(string? except) => ["resetkeys", .. SharedKeys.All.Where(key => key.Name != except).Select(key => "~" + key.Key)];

    /// <summary>The rights to all channels but the one of this name.</summary>
    public static string[] Channels(string? except) =>
        ["resetchannels", .. SharedKeys.Channels.Where(channel => channel.Name != except).Select(channel => "&" + channel.Channel)];

    private static IEnumerable<Trouble> Twice(string right, string[] without, string[] with)
    {
        var trouble = new Trouble($"the user loses {right}", scene => scene.SetRightsAsync(without)) { EndAsync = scene => scene.SetRightsAsync(with) };
        return [trouble, trouble with { Name = $"from the start, the user lacks {right}", IsFromTheStart = true }];
    }
}
