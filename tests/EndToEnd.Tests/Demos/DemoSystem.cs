using System.Globalization;
using PipelineAspire.EndToEnd.Tests.Pages;
using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Demos;

/// <summary>The system with its demos switched on: two replicas that share a Redis, and clients that lose patience soon.</summary>
public sealed class DemoSystem : IAsyncLifetime
{
    private static readonly string[] Names = ["replica-1", "replica-2"];

    private static readonly Dictionary<string, string> OfEveryHub = new(Service.WithControl)
    {
        ["StatusStream__PollInterval"] = "00:00:00.500",
        ["StatusStream__RequestTimeout"] = "00:00:01",
        ["StatusStream__HeartbeatInterval"] = "00:00:01",
    };

    private ChildProcess? _redis;
    private Service? _backend;
    private Service[] _replicas = [];
    private Service? _web;
    private Browser? _browser;
    private BackendControl? _control;

    internal static IReadOnlyList<string> Pipelines { get; } = ["billing", "invoices-eu", "orders"];

    internal Service Web => _web!;

    internal Browser Browser => _browser!;

    internal BackendControl Backend => _control!;

    public async Task InitializeAsync()
    {
        var redis = FreePort.Take().ToString(CultureInfo.InvariantCulture);
        _redis = ChildProcess.Start(new("redis-server", ["--port", redis, "--bind", "127.0.0.1", "--save", ""]));
        await _redis.LineAsync("Ready to accept connections");
        _backend = new Service(BuiltProject.FakePipelineBackend, new Dictionary<string, string>(Service.WithControl)
        {
            ["FakeBackend__Demo"] = "false",
            ["FakeBackend__Pipelines__0"] = Pipelines[0],
            ["FakeBackend__Pipelines__1"] = Pipelines[1],
            ["FakeBackend__Pipelines__2"] = Pipelines[2],
        });
        _replicas = [.. Names.Select(name => new Service(BuiltProject.StatusStreamApi, new Dictionary<string, string>(OfEveryHub)
        {
            ["ConnectionStrings__redis"] = $"127.0.0.1:{redis}",
            ["PipelineBackend__BaseUrl"] = Authority(_backend),
            ["StatusStream__InstanceName"] = name,
        }))];
        _web = new Service(BuiltProject.Web, new Dictionary<string, string>(OfEveryHub)
        {
            ["services__statusstream__http__0"] = Authority(_replicas[0]),
            ["services__statusstream__http__1"] = Authority(_replicas[1]),
            ["PipelineBackend__BaseUrl"] = Authority(_backend),
            ["FeatureManagement__UseSseStatus"] = "true",
            ["SseManager__HeartbeatTimeout"] = "3000",
            ["SseManager__MaxReconnectAttempts"] = "3",
            ["SseManager__ReconnectDelay"] = "200",
            ["SseManager__HealthyAfter"] = "500",
            ["SseManager__PollInterval"] = "500",
        });
        await Task.WhenAll([_backend.StartAsync(), .. _replicas.Select(replica => replica.StartAsync())]);
        await _web.StartAsync();
        _control = new BackendControl(_backend.Address);
        _browser = await Browser.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _control?.Dispose();
        if (_web is not null) await _web.DisposeAsync();
        foreach (var replica in _replicas) await replica.DisposeAsync();
        if (_backend is not null) await _backend.DisposeAsync();
        if (_redis is not null) await _redis.DisposeAsync();
    }

    /// <summary>Starts a replica again that was killed, by the name it has.</summary>
    internal async Task ReviveAsync(string name)
    {
        var replica = _replicas[Array.IndexOf(Names, name)];
        await replica.Process.ExitCodeAsync();
        await replica.StartAsync();
    }

    private static string Authority(Service service) => service.Address.GetLeftPart(UriPartial.Authority);
}

[CollectionDefinition(Name)]
public sealed class DemoCollection : ICollectionFixture<DemoSystem>
{
    public const string Name = "Demos";
}
