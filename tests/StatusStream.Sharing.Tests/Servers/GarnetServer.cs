using System.Globalization;
using StackExchange.Redis;

namespace PipelineAspire.StatusStream.Sharing.Tests.Servers;

/// <summary>LocalRedis, which is Garnet, as a process.</summary>
public sealed class GarnetServer : ServerOfOneProcess
{
    private const string Password = "let-me-in";

    private readonly string _port = FreePort.Take().ToString(CultureInfo.InvariantCulture);

    public override string ConnectionString => $"127.0.0.1:{_port},password={Password}";

    private protected override async Task<ChildProcess> StartProcessAsync()
    {
        var process = BuiltProject.LocalRedis.Start(new Dictionary<string, string> { ["LOCALREDIS_PORT"] = _port, ["LOCALREDIS_PASSWORD"] = Password });
        await process.LineAsync("answers on");

        // Its first script is compiled for longer than a call may last on a busy machine.
        await using var redis = await ConnectionMultiplexer.ConnectAsync(ConnectionString + ",asyncTimeout=20000");
        await redis.GetDatabase().ScriptEvaluateAsync("return redis.call('TIME')");
        return process;
    }
}
