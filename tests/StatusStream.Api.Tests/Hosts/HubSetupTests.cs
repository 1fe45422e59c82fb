using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Backplane.Upstream;
using PipelineAspire.StatusStream.Polling;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Hosts;

/// <summary>How a host of its own adds a hub: by its services, at a path of its choice, with one source.</summary>
public sealed class HubSetupTests : IAsyncLifetime
{
    private readonly List<WebApplication> _hosts = [];
    private KestrelBackend _backend = null!;

    public async Task InitializeAsync() => _backend = await KestrelBackend.StartAsync();

    public async Task DisposeAsync()
    {
        foreach (var host in _hosts) await host.DisposeAsync().Soon();
        await _backend.DisposeAsync();
    }

    [Fact]
    public async Task AHubIsWhereTheHostMapsIt()
    {
        _backend.AnswersAt("/pipeline", KestrelBackend.Json("[]"));
        var host = await StartAsync("/live/statuses", services => services.AddStatusStream());
        using var http = new HttpClient { BaseAddress = host };

        using var client = await SseClient.OpenTargetAsync(host.Port, "/live/statuses/status/stream?pipelineIds=a");
        Assert.Equal("batch a=active", await client.NextTextAsync());
        Assert.Equal(HttpStatusCode.OK, await CodeAsync(http, "/live/statuses"));
        Assert.Equal(HttpStatusCode.OK, await CodeAsync(http, "/live/statuses/status?pipelineIds=a"));
        Assert.Equal(HttpStatusCode.OK, await CodeAsync(http, "/live/statuses/a/health"));
        Assert.Equal(HttpStatusCode.NotFound, await CodeAsync(http, "/ui-api/pipeline"));
    }

    [Theory]
    [InlineData("/live")]
    [InlineData("")]
    public async Task ARelayFindsAHubWhereverItIsMapped(string prefix)
    {
        _backend.AnswersAt("/pipeline", KestrelBackend.Json("[]"));
        var hub = await StartAsync(prefix, services => services.AddStatusStream(), ("PipelineBackend:Actions:stop", "/pipeline/{id}/stop"));
        var relay = await StartAsync(
            "/relay", services => services.AddStatusStream().AddUpstream(), ("StatusStream:Upstream", hub.ToString()), ("StatusStream:UpstreamPrefix", prefix));
        using var http = new HttpClient { BaseAddress = relay };

        using var client = await SseClient.OpenTargetAsync(relay.Port, "/relay/status/stream?pipelineIds=a");
        Assert.Equal("batch a=active", await client.NextTextAsync());
        _backend.Says("a", "Paused");
        Assert.Equal("a active->paused", await client.NextTextAsync());
        Assert.Equal(HttpStatusCode.OK, await CodeAsync(http, "/relay"));
        Assert.Equal(HttpStatusCode.OK, await CodeAsync(http, "/relay/a/health"));
        Assert.Equal("""{"actions":["stop"]}""", await http.GetStringAsync(new Uri("/relay/actions", UriKind.Relative)));
        using var acted = await http.PostAsync(new Uri("/relay/a/stop", UriKind.Relative), content: null);
        Assert.Equal(HttpStatusCode.Accepted, acted.StatusCode);
        using var document = await _hosts[1].Services.GetRequiredService<UpstreamClient>().GetAsync("/a/health", client: null, CancellationToken.None);
        Assert.Equal(HttpStatusCode.OK, document.StatusCode);
    }

    [Fact]
    public async Task ARelayHasNoPollLoop()
    {
        await StartAsync("/", services => services.AddStatusStream().AddUpstream(), ("StatusStream:Upstream", "http://127.0.0.1:9"));

        Assert.DoesNotContain(_hosts[0].Services.GetServices<IHostedService>(), service => service is StatusPoller);
        Assert.Equal(0, _backend.TotalReads);
    }

    [Fact]
    public void AHubHasOneSource()
    {
        Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddStatusStream().AddUpstream().AddRedis());
        Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddStatusStream().AddRedis().AddRedis());
    }

    [Fact]
    public async Task AHubThatIsAddedTwiceIsOne()
    {
        var host = await StartAsync("/live", services => Assert.Same(services.AddStatusStream(), services.AddStatusStream()));

        using var client = await SseClient.OpenTargetAsync(host.Port, "/live/status/stream?pipelineIds=a");
        Assert.Equal("batch a=active", await client.NextTextAsync());
    }

    [Fact]
    public async Task AHubThatIsNotAddedCannotBeMapped()
    {
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync("/live", _ => { }));

        Assert.Contains("call AddStatusStream() on the builder first", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAuthorizerWithoutRightsKeepsTheHubFromBeingMapped()
    {
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(
            () => StartAsync("/live", services => services.AddSingleton<IPipelineAuthorizer, Everybody>().AddStatusStream()));

        Assert.Contains("call AddPipelineRights() on the hub", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/live/status/stream")]
    [InlineData("/live/Status/Stream/")]
    public async Task TheAddressOfTheStreamIsNoPrefix(string prefix)
    {
        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(prefix, services => services.AddStatusStream()));

        Assert.Contains("its prefix: '/live'", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>As the README says it.</summary>
    [Fact]
    public async Task PagesOfAnotherSiteReadAHubThatAllowsThem()
    {
        const string Page = "https://pages.example";
        var host = await StartAsync(
            "/live",
            services =>
            {
                services.AddCors(cors => cors.AddPolicy("page", page => page.WithOrigins(Page).AllowAnyHeader().AllowAnyMethod()));
                services.AddStatusStream();
            },
            (app, hub) =>
            {
                app.UseCors();
                hub.RequireCors("page");
            });
        using var http = new HttpClient { BaseAddress = host };

        foreach (var (method, path) in new[] { ("GET", "/live/status/stream"), ("GET", "/live/status"), ("POST", "/live/status/stream/watch") })
        {
            using var preflight = new HttpRequestMessage(HttpMethod.Options, path)
            {
                Headers = { { "Origin", Page }, { "Access-Control-Request-Method", method }, { "Access-Control-Request-Headers", "content-type, last-event-id" } },
            };
            using var answer = await http.SendAsync(preflight).Soon();
            Assert.Equal([Page], answer.Headers.GetValues("Access-Control-Allow-Origin"));
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, "/live/status/stream?pipelineIds=a") { Headers = { { "Origin", Page } } };
        using var stream = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).Soon();
        Assert.Equal((HttpStatusCode.OK, Page), (stream.StatusCode, stream.Headers.GetValues("Access-Control-Allow-Origin").Single()));
    }

    [Theory]
    [InlineData(null, "is missing")]
    [InlineData("http://redis:6379", "makes no sense")]
    public async Task ARedisThatCannotBeMeantStopsTheStartByItsName(string? connectionString, string why)
    {
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(
            () => StartAsync("/", services => services.AddStatusStream().AddRedis("cache"), ("ConnectionStrings:cache", connectionString)));

        Assert.Contains("ConnectionStrings:cache", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APrefixUpstreamThatIsNoPathStopsTheStart()
    {
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(
            "/", services => services.AddStatusStream().AddUpstream(), ("StatusStream:Upstream", "http://hub"), ("StatusStream:UpstreamPrefix", "http://hub/live")));

        Assert.Contains("StatusStream:UpstreamPrefix", refusal.Message, StringComparison.Ordinal);
    }

    private Task<Uri> StartAsync(string prefix, Action<IServiceCollection> addHub, params (string Name, string? Value)[] settings) =>
        StartAsync(prefix, addHub, static (_, _) => { }, settings);

    private async Task<Uri> StartAsync(
        string prefix, Action<IServiceCollection> addHub, Action<WebApplication, IEndpointConventionBuilder> mapHub, params (string Name, string? Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(
            settings.Append(("PipelineBackend:BaseUrl", _backend.Url)).Append(("StatusStream:PollInterval", "00:00:00.050"))
                .ToDictionary(setting => setting.Item1, setting => setting.Item2, StringComparer.Ordinal));
        addHub(builder.Services);
        var host = builder.Build();
        _hosts.Add(host);
        mapHub(host, host.MapStatusStream(prefix));
        await host.StartAsync().Soon();
        return new Uri(host.Urls.Single());
    }

    private static async Task<HttpStatusCode> CodeAsync(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead).Soon();
        return answer.StatusCode;
    }

    private sealed class Everybody : IPipelineAuthorizer
    {
        public ValueTask<IReadOnlySet<string>> FindVisibleAsync(
            ClaimsPrincipal user, IReadOnlyCollection<string> pipelineIds, CancellationToken cancellationToken) =>
            ValueTask.FromResult<IReadOnlySet<string>>(pipelineIds.ToHashSet(StringComparer.Ordinal));
    }
}
