using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Access.Rights;

/// <summary>A relay whose own token the hub upstream takes no more, or never did, and which gets another one while it runs.</summary>
public sealed class RelayTokenTests : IAsyncLifetime
{
    private const string Api = "/ui-api/pipeline";

    /// <summary>What is told is confirmed for the interval, this and 8 s more.</summary>
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Expiry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(4);

    private readonly RefusalCounter _upstream = new();
    private readonly FakeLogCollector _log = new();
    private readonly string _ann = Guarded.Tokens.Of("ann", ["*"]);
    private Guarded? _guarded;

    private IEnumerable<string> Warnings => _log.GetSnapshot().Where(line => line.Level >= LogLevel.Warning).Select(line => line.Message);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_guarded is not null) await _guarded.DisposeAsync();
    }

    [Fact]
    public async Task WhenItRunsOutClientsAreToldSoAndWithAnotherOneAllIsWellOnTheStreamsThatTheyHave()
    {
        await StartAsync(Guarded.Tokens.Of("relay", ["*"], Expiry));
        var began = TimeProvider.System.GetTimestamp();
        using var client = await StreamAsync();
        Assert.Equal("batch mine=active", await client.NextTextAsync());

        Assert.Equal("polling_stalled", await client.NextTextAsync());
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, Expiry + Grace + RequestTimeout + TimeSpan.FromSeconds(9));
        using var late = await StreamAsync();
        Assert.Equal(["batch", "polling_stalled"], [await late.NextTextAsync(), await late.NextTextAsync()]);
        var polls = Enumerable.Range(0, 20).Select(_ => _guarded!.SendAsync(_ann, HttpMethod.Get, $"{Api}/status?pipelineIds=mine,theirs")).ToList();
        foreach (var (_, body) in await Task.WhenAll(polls)) Assert.DoesNotContain("active", body, StringComparison.Ordinal);
        Assert.Contains("StatusStream:UpstreamToken", await HealthAsync(), StringComparison.Ordinal);

        await Patience.UntilAsync(() => _upstream.RefusedAt.Count >= 6, "it is tried six times");
        var refusedAt = _upstream.RefusedAt;
        Assert.True(TimeProvider.System.GetElapsedTime(refusedAt[0], refusedAt[5]) > TimeSpan.FromSeconds(3), "ever less often, whatever clients ask for");
        Assert.Contains(Warnings, line => line.Contains("StatusStream:UpstreamToken", StringComparison.Ordinal));
        Assert.All(Warnings.GroupBy(line => line, StringComparer.Ordinal), same => Assert.Single(same));

        _guarded!.Hub.Backend.Says("mine", "Paused");
        SetToken(Guarded.Tokens.Of("relay", ["*"]));
        foreach (var stream in (SseClient[])[client, late]) await stream.UntilAsync("batch mine=paused");
        _guarded.Hub.Backend.Says("mine", "Stopped");
        foreach (var stream in (SseClient[])[client, late])
        {
            while (!(await stream.NextTextAsync()).EndsWith("stopped", StringComparison.Ordinal))
            {
                // A busy machine may confirm nothing for a moment, and says so.
            }
        }

        Assert.Equal("Healthy", await HealthAsync());
    }

    [Fact]
    public async Task WhenAnotherOneIsThereInTimeNobodyNotices()
    {
        await StartAsync(Guarded.Tokens.Of("relay", ["*"], Expiry));
        using var client = await StreamAsync();
        Assert.Equal("batch mine=active", await client.NextTextAsync());

        SetToken(Guarded.Tokens.Of("relay", ["*"]));
        await Patience.UntilAsync(() => _upstream.Streams == 2, "the first stream is signed out");
        _guarded!.Hub.Backend.Says("mine", "Paused");

        Assert.Equal("mine active->paused", await client.NextTextAsync());
        Assert.Empty(_upstream.RefusedAt);
        Assert.DoesNotContain(Warnings, line => line.Contains("upstream", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false, "asks for a token")]
    [InlineData(true, "takes the token of StatusStream:UpstreamToken no more, or never did")]
    public async Task ARelayThatStartsWithNoneOrAWrongOneSaysSoAndIsWellWithARightOne(bool hasOne, string reason)
    {
        await StartAsync(hasOne ? new Tokens().Of("relay", ["*"]) : "");
        using var client = await StreamAsync();
        Assert.Equal(["batch", "polling_stalled"], [await client.NextTextAsync(), await client.NextTextAsync()]);
        Assert.Contains(reason, await HealthAsync(), StringComparison.Ordinal);

        SetToken(Guarded.Tokens.Of("relay", ["*"]));

        await client.UntilAsync("batch mine=active");
    }

    [Fact]
    public async Task NobodyIsToldToSignInBecauseOfIt()
    {
        await StartAsync(new Tokens().Of("relay", ["*"]));
        foreach (var (method, path) in new[] { (HttpMethod.Post, $"{Api}/mine/stop"), (HttpMethod.Get, $"{Api}/actions"), (HttpMethod.Get, Api), (HttpMethod.Get, $"{Api}/mine/health") })
        {
            using var answer = await _guarded!.AskAsync(_ann, method, path);
            Assert.Empty(answer.Headers.WwwAuthenticate);
            Assert.InRange((int)answer.StatusCode, 502, 504);
        }

        Assert.Equal(0, _guarded!.Hub.Backend.ReadsAt("/pipeline/mine/stop"));
    }

    [Fact]
    public async Task AnotherOneThatMakesNoSenseChangesNothing()
    {
        await StartAsync(Guarded.Tokens.Of("relay", ["*"], Expiry + Expiry));
        SetToken("two words");
        using var client = await StreamAsync();

        Assert.Equal("batch mine=active", await client.NextTextAsync());
        Assert.Equal("polling_stalled", await client.NextTextAsync());
        Assert.Single(Warnings, line => line.Contains("UpstreamToken must be a bearer token", StringComparison.Ordinal));
        SetToken(Guarded.Tokens.Of("relay", ["*"]));
        await client.UntilAsync("batch mine=active");
    }

    private async Task StartAsync(string upstreamToken) => _guarded = await Guarded.StartRelayedAsync(
        upstreamToken,
        services => services.AddSingleton<IStartupFilter>(_upstream),
        services => services.AddSingleton<ILoggerProvider>(new FakeLoggerProvider(_log)),
        ("StatusStream:RequestTimeout", RequestTimeout.ToString("c")), ("Logging:LogLevel:PipelineAspire", "Information"));

    private Task<SseClient> StreamAsync() => _guarded!.StreamAsync(_ann, "mine");

    /// <summary>A source of the configuration says another one.</summary>
    private void SetToken(string token)
    {
        var source = new MemoryConfigurationSource { InitialData = [new("StatusStream:UpstreamToken", token)] };
        Record.Exception(() => ((IConfigurationBuilder)_guarded!.Relay!.App.Configuration).Add(source)); // whoever reads it anew hears of what makes no sense
    }

    private async Task<string> HealthAsync()
    {
        using var answer = await _guarded!.Relay!.GetAsync("/health");
        return await answer.Content.ReadAsStringAsync();
    }
}
