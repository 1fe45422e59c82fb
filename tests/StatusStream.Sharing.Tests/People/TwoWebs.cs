using PipelineAspire.StatusStream.Sharing.Tests.InProcess;
using PipelineAspire.StatusStream.Sharing.Tests.Servers;

namespace PipelineAspire.StatusStream.Sharing.Tests.People;

/// <summary>Two replicas of Web with one Redis, in front of one hub, and a provider that signs a person in without asking.</summary>
public sealed class TwoWebs : IAsyncLifetime
{
    /// <summary>What the person may see.</summary>
    public const string Shown = "pipeline-0";

    /// <summary>What nobody but others may see.</summary>
    public const string Hidden = "pipeline-1";

    private readonly Service _provider = new(BuiltProject.DemoIdentity, new Dictionary<string, string>
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Development",
        ["DemoIdentity__People__0__Sub"] = "eve",
        ["DemoIdentity__People__0__Name"] = "Eve",
        ["DemoIdentity__People__0__Pipelines__0"] = Shown,
        ["DemoIdentity__AutoSignIn"] = "eve",
    });

    private InProcessReplica? _hub;
    private Service? _first;
    private Service? _second;

    public RedisServer Redis { get; } = new();

    public Service First => _first!;

    public Service Second => _second!;

    public async Task InitializeAsync()
    {
        await Redis.StartAsync();
        await _provider.StartAsync();
        _hub = await InProcessReplica.StartAsync("hub", new MemoryBackend(pipelines: 2), Redis.ConnectionString);
        (_first, _second) = (Web(), Web());
        await Task.WhenAll(First.StartAsync(), Second.StartAsync());
    }

    public async Task DisposeAsync()
    {
        if (_first is not null) await _first.DisposeAsync();
        if (_second is not null) await _second.DisposeAsync();
        if (_hub is not null) await _hub.DisposeAsync();
        await _provider.DisposeAsync();
        await Redis.DisposeAsync();
    }

    private Service Web() => new(BuiltProject.Web, new Dictionary<string, string>
    {
        ["HOME"] = "/dev/null", // keys are in Redis or nowhere, and not on a disk that both have
        ["ConnectionStrings__redis"] = Redis.ConnectionString,
        ["StatusStreamApi__BaseUrl"] = _hub!.Address.GetLeftPart(UriPartial.Authority),
        ["Authentication__Schemes__OpenIdConnect__Authority"] = _provider.Address.GetLeftPart(UriPartial.Authority),
        ["Authentication__Schemes__OpenIdConnect__RequireHttpsMetadata"] = "false",
        ["Authentication__Schemes__OpenIdConnect__ClientId"] = "web",
        ["Authentication__Schemes__OpenIdConnect__ClientSecret"] = "demo-secret",
    });
}
