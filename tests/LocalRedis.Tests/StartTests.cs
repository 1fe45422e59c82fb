using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace PipelineAspire.LocalRedis.Tests;

/// <summary>What LocalRedis makes of its variables, and how it ends.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData("redis")]
    [InlineData(" ")]
    public async Task APortThatMakesNoSenseStopsTheStartByTheNameOfItsVariable(string port)
    {
        await using var redis = LocalRedisProcess.Start(port, LocalRedisProcess.Password);

        Assert.Equal(2, await redis.ExitCodeAsync());
        Assert.Equal($"LOCALREDIS_PORT must be a port from 1 to 65535, not '{port}'.", redis.Output);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    public async Task AMissingPasswordStopsTheStartByTheNameOfItsVariable(string? password)
    {
        await using var redis = LocalRedisProcess.Start(FreePort.Take().ToString(CultureInfo.InvariantCulture), password);

        Assert.Equal(2, await redis.ExitCodeAsync());
        Assert.Equal("LOCALREDIS_PASSWORD must be set: LocalRedis does not run without a password.", redis.Output);
    }

    [Fact]
    public async Task APortThatIsTakenStopsTheStart()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        await using var redis = LocalRedisProcess.Start(
            ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture), LocalRedisProcess.Password);

        Assert.Equal(3, await redis.ExitCodeAsync());
        Assert.Contains("LocalRedis cannot listen", redis.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task ASignalEndsItWithoutAComplaintThoughAClientIsConnected(string signal)
    {
        var redis = new LocalRedisProcess();
        await redis.InitializeAsync();
        await using var client = await redis.ConnectAsync();

        redis.Process.Signal(signal);

        Assert.Equal(0, await redis.Process.ExitCodeAsync());
        Assert.Equal($"LocalRedis (Garnet) answers on 127.0.0.1:{redis.Port}", redis.Process.Output);
        await redis.DisposeAsync();
    }

    [Fact]
    public async Task ItListensOnLoopbackAlone()
    {
        var redis = new LocalRedisProcess();
        await redis.InitializeAsync();

        var listener = Assert.Single(IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners(), listener => listener.Port == redis.Port);
        Assert.Equal(IPAddress.Loopback, listener.Address);
        await redis.DisposeAsync();
    }
}
