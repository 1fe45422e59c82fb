using System.Globalization;

namespace PipelineAspire.StatusStream.Sharing.Tests.Refusals;

/// <summary>A server that refuses to write, changes its role, stops for a while, or hangs up.</summary>
internal static class ServerTroubles
{
    public static readonly IReadOnlyList<Trouble> All =
    [
        new("no memory left (OOM)", scene => scene.Redis.CommandAsync("CONFIG", "SET", "maxmemory-policy", "noeviction", "maxmemory", "1mb"))
        {
            EndAsync = scene => scene.Redis.CommandAsync("CONFIG", "SET", "maxmemory", "0"),
        },
        new("the disk refuses a snapshot (MISCONF)", LoseDiskAsync)
        {
            ServerArguments = ["--dir", "{folder}"],
            EndAsync = scene => scene.Redis.CommandAsync("CONFIG", "SET", "save", ""),
        },
        new("it follows a master that is gone (READONLY)", scene => FollowAsync(scene, NowhereInParticular))
        {
            EndAsync = scene => scene.Redis.CommandAsync("REPLICAOF", "NO", "ONE"),
        },
        Failover("a failover to a server that nobody named", Spare.Unknown, isCut: false),
        Failover("a failover to a server that nobody named, and the connections cut", Spare.Unknown, isCut: true),
        Failover("a failover to a server that was named", Spare.Named, isCut: false),
        Failover("a failover to a server that was named, and the connections cut", Spare.Named, isCut: true),
        new("CLIENT PAUSE for 5 s", scene => scene.Redis.CommandAsync("CLIENT", "PAUSE", "5000", "ALL")),
        new(
            "CLIENT PAUSE all the time",
            scene => scene.Redis.CommandAsync("CLIENT", "PAUSE", Trouble.Lasting.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture), "ALL")),
        new("CLIENT KILL of subscribers, every second", HangUpOnSubscribersAsync) { AgainAsync = HangUpOnSubscribersAsync },
        new("CLIENT KILL of everybody, every second", HangUpAsync) { AgainAsync = HangUpAsync },
        new("SCRIPT FLUSH every second", ForgetScriptsAsync) { AgainAsync = ForgetScriptsAsync },
    ];

    /// <summary>A port that no server ever has.</summary>
    private const int NowhereInParticular = 1;

    private static async Task LoseDiskAsync(Scene scene)
    {
        scene.RemoveFolder();
        await scene.Redis.CommandAsync("CONFIG", "SET", "save", "3600 1");
        await scene.Redis.CommandAsync("BGSAVE");
        await Bounded.UntilAsync(
            "the snapshot failed",
            async () => (await scene.Redis.CommandAsync("INFO", "persistence")).Contains("rdb_last_bgsave_status:err", StringComparison.Ordinal));
    }

    private static Trouble Failover(string name, Spare spare, bool isCut) => new(name, async scene =>
    {
        await scene.Spare!.CommandAsync("REPLICAOF", "NO", "ONE");
        await FollowAsync(scene, scene.SparePort);
        if (isCut) await HangUpAsync(scene);
    })
    {
        Spare = spare,
        EndAsync = async scene =>
        {
            await scene.Redis.CommandAsync("REPLICAOF", "NO", "ONE");
            await scene.Spare!.CommandAsync("REPLICAOF", "127.0.0.1", scene.Port.ToString(CultureInfo.InvariantCulture));
            if (isCut) await HangUpAsync(scene);
        },
    };

    private static Task<string> FollowAsync(Scene scene, int port) =>
        scene.Redis.CommandAsync("REPLICAOF", "127.0.0.1", port.ToString(CultureInfo.InvariantCulture));

    private static async Task HangUpAsync(Scene scene)
    {
        await scene.Redis.CommandAsync("CLIENT", "KILL", "TYPE", "normal");
        await HangUpOnSubscribersAsync(scene);
    }

    private static Task<string> HangUpOnSubscribersAsync(Scene scene) => scene.Redis.CommandAsync("CLIENT", "KILL", "TYPE", "pubsub");

    private static Task<string> ForgetScriptsAsync(Scene scene) => scene.Redis.CommandAsync("SCRIPT", "FLUSH");
}
