using System.Globalization;
using StackExchange.Redis;

namespace PipelineAspire.LocalRedis.Tests;

/// <summary>LocalRedis as a process, at a free port and under a password.</summary>
public sealed class LocalRedisProcess : IAsyncLifetime
{
    public const string Password = "a-secret-of-these-tests";

    private ChildProcess? _process;

    public int Port { get; } = FreePort.Take();

    internal ChildProcess Process => _process!;

    /// <summary>Starts LocalRedis with these variables; whether it answers is another matter.</summary>
    internal static ChildProcess Start(string port, string? password)
    {
        var settings = new Dictionary<string, string> { ["LOCALREDIS_PORT"] = port };
        if (password is not null) settings["LOCALREDIS_PASSWORD"] = password;
        return BuiltProject.LocalRedis.Start(settings);
    }

    public async Task InitializeAsync()
    {
        _process = Start(Port.ToString(CultureInfo.InvariantCulture), Password);
        await _process.LineAsync("answers on");
    }

    public async Task DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
    }

    /// <summary>Connects once, without trying again.</summary>
    /// <param name="password">What the client says; null to say nothing.</param>
    internal Task<ConnectionMultiplexer> ConnectAsync(string? password = Password)
    {
        var options = new ConfigurationOptions { EndPoints = { { "127.0.0.1", Port } }, Password = password, ConnectRetry = 0, AbortOnConnectFail = true };
        return ConnectionMultiplexer.ConnectAsync(options).WaitAsync(Bounded.Patience);
    }
}
