using System.Globalization;
using System.Security.Cryptography;
using PipelineAspire.Benchmarks.Backends;
using PipelineAspire.Benchmarks.CommandLine;
using PipelineAspire.Benchmarks.Measuring;
using PipelineAspire.Processes;

namespace PipelineAspire.Benchmarks.Servers;

/// <summary>What is measured, with what it needs: the scripted backend, StatusStream.Api, a Redis for several of them, Web.</summary>
internal sealed class Stand : IAsyncDisposable
{
    private const string PollInterval = "StatusStream__PollInterval";
    private const int Relays = 2;

    private readonly List<ServerProcess> _processes = [];
    private readonly List<int> _measured = [];

    private readonly People? _people;

    private Stand(ScriptedBackend backend, bool isSignedIn) => (Backend, _people) = (backend, isSignedIn ? new People() : null);

    /// <summary>The token of each stream; null where nobody signs in.</summary>
    public Func<int, string>? TokenOf => _people is null ? null : _people.TokenOf;

    public ScriptedBackend Backend { get; }

    /// <summary>Where streams go.</summary>
    public IReadOnlyList<Uri> Servers { get; private set; } = [];

    /// <summary>Where notifications go.</summary>
    public Uri Notified { get; private set; } = null!;

    /// <summary>The servers between backend and client: with Web both, StatusStream.Api and Web.</summary>
    public ProcessTree Processes => new(_measured);

    /// <summary>How to reach the Redis that the replicas share; null without.</summary>
    public string? Redis { get; private set; }

    /// <param name="options">The run.</param>
    /// <param name="via">Whether streams go through Web.</param>
    /// <param name="pipelines">How many pipelines the backend has.</param>
    /// <param name="replicas">How many StatusStream.Api are started.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="BenchmarkException">Something did not start.</exception>
    public static async Task<Stand> StartAsync(BenchmarkOptions options, Via via, int pipelines, int replicas, CancellationToken cancellationToken)
    {
        var stand = new Stand(await ScriptedBackend.StartAsync(options.BackendPort, pipelines), options.IsSignedIn);
        try
        {
            if (options.Url is { } url)
                stand.Use(url, options.Pids);
            else
                await stand.StartServersAsync(options, via, replicas, cancellationToken);
        }
        catch
        {
            await stand.DisposeAsync();
            throw;
        }

        return stand;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes)) process.Dispose();
        await Backend.DisposeAsync();
    }

    private void Use(Uri url, IReadOnlyList<int> pids)
    {
        Servers = [url];
        Notified = url;
        _measured.AddRange(pids);
    }

    private async Task StartServersAsync(BenchmarkOptions options, Via via, int replicas, CancellationToken cancellationToken)
    {
        if (replicas > 1) await StartRedisAsync(cancellationToken);
        for (var i = 0; i < replicas; i++) Servers = [.. Servers, (await StartApiAsync(options, cancellationToken)).Address];
        Notified = Servers[0];
        if (via == Via.Web) Servers = [(await StartWebAsync(options, cancellationToken)).Address];
        for (var i = via == Via.Relays ? Relays : 0; i > 0; i--) Servers = [(await StartRelayAsync(options, cancellationToken)).Address];
    }

    private async Task StartRedisAsync(CancellationToken cancellationToken)
    {
        var port = FreePort.Take();
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _processes.Add(await ServerProcess.StartAsync(BuiltProject.LocalRedis, port, new Dictionary<string, string>
        {
            ["LOCALREDIS_PORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["LOCALREDIS_PASSWORD"] = password,
        }, cancellationToken));
        Redis = $"127.0.0.1:{port},password={password}";
    }

    private Task<ServerProcess> StartApiAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, string>
        {
            ["PipelineBackend__BaseUrl"] = Backend.Address.GetLeftPart(UriPartial.Authority),
            [PollInterval] = options.Interval.ToString("c", CultureInfo.InvariantCulture),
        };
        NoLimits.AddTo(settings);
        if (Redis is not null) settings["ConnectionStrings__redis"] = Redis;
        _people?.AddTo(settings);
        return StartAsync(BuiltProject.StatusStreamApi, settings, cancellationToken);
    }

    private Task<ServerProcess> StartWebAsync(BenchmarkOptions options, CancellationToken cancellationToken) =>
        StartAsync(BuiltProject.Web, BeforeServers(options, "statusstream"), cancellationToken);

    private Task<ServerProcess> StartRelayAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var settings = BeforeServers(options, "hub");
        settings["StatusStream__Upstream"] = "http://hub";
        return StartAsync(BuiltProject.StatusStreamApi, settings, cancellationToken);
    }

    /// <summary>Of a server whose hub is, by this name, what streams went to so far.</summary>
    private Dictionary<string, string> BeforeServers(BenchmarkOptions options, string name)
    {
        var settings = new Dictionary<string, string> { [PollInterval] = options.Interval.ToString("c", CultureInfo.InvariantCulture) };
        for (var i = 0; i < Servers.Count; i++) settings[$"services__{name}__http__{i}"] = Servers[i].GetLeftPart(UriPartial.Authority);
        NoLimits.AddTo(settings);
        return settings;
    }

    private async Task<ServerProcess> StartAsync(BuiltProject project, Dictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var port = FreePort.Take();
        settings["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
        settings["Logging__LogLevel__Default"] = "Warning";
        var server = await ServerProcess.StartAsync(project, port, settings, cancellationToken);
        _processes.Add(server);
        _measured.Add(server.Id);
        return server;
    }
}
