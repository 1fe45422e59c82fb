namespace PipelineAspire.EndToEnd.Tests.Running;

/// <summary>What differs from one system of the tests to another.</summary>
internal sealed record SystemSettings
{
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(30);

    public bool UseSseStatus { get; init; } = true;

    /// <summary>More settings of StatusStream.Api, as environment variables; those of streams are Web's, too, whose hub passes them on.</summary>
    public IReadOnlyDictionary<string, string> Api { get; init; } = new Dictionary<string, string>();

    /// <summary>More settings of FakePipelineBackend, as environment variables.</summary>
    public IReadOnlyDictionary<string, string> Backend { get; init; } = new Dictionary<string, string>();

    /// <summary>More settings of Web, as environment variables.</summary>
    public IReadOnlyDictionary<string, string> Web { get; init; } = new Dictionary<string, string>();

    /// <summary>Pipelines that are Running whenever the backend starts.</summary>
    public IReadOnlyList<string> Pipelines { get; init; } = [];
}

/// <summary>FakePipelineBackend, one StatusStream.Api and Web as processes, and a client in front of Web.</summary>
internal sealed class RunningSystem : IAsyncDisposable
{
    private readonly Dictionary<string, string> _ofApi;

    private RunningSystem(SystemSettings settings)
    {
        Settings = settings;
        var ofBackend = new Dictionary<string, string>(Service.WithControl.Concat(settings.Backend)) { ["FakeBackend__Demo"] = "false" };
        for (var i = 0; i < settings.Pipelines.Count; i++) ofBackend[$"FakeBackend__Pipelines__{i}"] = settings.Pipelines[i];
        BackendService = new Service(BuiltProject.FakePipelineBackend, ofBackend);
        _ofApi = new Dictionary<string, string>(settings.Api)
        {
            ["PipelineBackend__BaseUrl"] = BackendService.Address.GetLeftPart(UriPartial.Authority),
            ["StatusStream__PollInterval"] = settings.PollInterval.ToString("c"),
            ["StatusStream__RequestTimeout"] = settings.RequestTimeout.ToString("c"),
            ["StatusStream__HeartbeatInterval"] = settings.HeartbeatInterval.ToString("c"),
        };
        Api = new Service(BuiltProject.StatusStreamApi, _ofApi);
        Web = WebInFront(settings.UseSseStatus, settings.Web);
        Http = new HttpClient { BaseAddress = Web.Address, Timeout = Bounded.Patience };
        Backend = new BackendControl(BackendService.Address);
    }

    public SystemSettings Settings { get; }

    public Service BackendService { get; }

    public Service Api { get; }

    public Service Web { get; }

    /// <summary>Says what the pipelines do, and how they fail.</summary>
    public BackendControl Backend { get; }

    /// <summary>Asks Web, as a browser does.</summary>
    public HttpClient Http { get; }

    /// <summary>The contract's bound: so long after a change, or a fault's end, everybody has been told the truth.</summary>
    public TimeSpan Converged => Settings.PollInterval + Settings.RequestTimeout + TimeSpan.FromSeconds(1);

    /// <summary>V of the contract: what was told longer ago without having been confirmed since is called in doubt.</summary>
    public TimeSpan FreshnessBound => Settings.PollInterval + Settings.RequestTimeout + TimeSpan.FromSeconds(8);

    public static async Task<RunningSystem> StartAsync(SystemSettings settings)
    {
        var system = new RunningSystem(settings);
        try
        {
            await Task.WhenAll(system.BackendService.StartAsync(), system.Api.StartAsync(), system.Web.StartAsync());
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }

        return system;
    }

    /// <summary>One more replica, alone beside the first; the caller starts and disposes it.</summary>
    public Service AnotherApi() => new(BuiltProject.StatusStreamApi, _ofApi);

    /// <summary>One more Web for the same StatusStream.Api; the caller starts and disposes it.</summary>
    public Service WebInFront(bool useSseStatus, IReadOnlyDictionary<string, string>? more = null)
    {
        var settings = new Dictionary<string, string>(_ofApi.Where(setting => setting.Key.StartsWith("StatusStream__", StringComparison.Ordinal)))
        {
            ["StatusStreamApi__BaseUrl"] = Api.Address.GetLeftPart(UriPartial.Authority),
            ["FeatureManagement__UseSseStatus"] = useSseStatus ? "true" : "false",
        };
        if (more is not null) foreach (var (name, value) in more) settings[name] = value;
        return new Service(BuiltProject.Web, settings);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Backend.Dispose();
        await Web.DisposeAsync();
        await Api.DisposeAsync();
        await BackendService.DisposeAsync();
    }
}
