using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PipelineAspire.Processes;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Diagnostics;

/// <summary>No secret stands in a log, at whatever level, or in an answer, whatever fails.</summary>
public class SecretsTests
{
    private const string NotifyKey = "hush-notify";
    private const string ControlKey = "hush-control";
    private const string ApiKey = "hush-backend";
    private const string RedisPassword = "hush-redis";
    private const string UpstreamToken = "hush-upstream";
    private const string Guess = "hush-guessed";

    private readonly EverythingLogged _log = new();
    private readonly List<string> _answers = [];

    public static TheoryData<string, string> Unusable => new()
    {
        { "ConnectionStrings:redis", $"127.0.0.1:6379,password={RedisPassword},nonsense=1" },
        { "ConnectionStrings:redis", $"redis://:{RedisPassword}@127.0.0.1:port/0" },
        { "PipelineBackend:Headers:X-Api-Key", ApiKey + "\nbreak" },
        { "StatusStream:NotifyKey", NotifyKey + " " + NotifyKey },
    };

    [Fact]
    public async Task AHubThatReadsAndFailsLogsNoSecret()
    {
        await using var api = await StartAsync();
        using (var stream = await api.StreamAsync("a"))
        {
            await stream.UntilAsync("batch a=active");
            api.Backend.Otherwise = KestrelBackend.Code(401);
            await stream.UntilAsync("backend_unavailable a");
            await AskAsync(api);
        }

        api.Backend.Otherwise = api.Backend.HangAsync;
        await AskAsync(api);

        AssertSilent("/ui-api/pipeline/notify");
    }

    [Fact]
    public async Task AHubWithoutItsBackendLogsNoSecret()
    {
        await using var api = await StartAsync(("PipelineBackend:BaseUrl", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Take()}")));
        using var stream = await api.StreamAsync("a");
        await stream.UntilAsync("backend_unavailable a");
        await AskAsync(api);

        AssertSilent("/ui-api/pipeline/notify");
    }

    [Theory]
    [InlineData("127.0.0.1:{0},password=" + RedisPassword)]
    [InlineData("redis://:" + RedisPassword + "@127.0.0.1:{0}/0")]
    public async Task AReplicaWithoutItsRedisLogsNoSecret(string redis)
    {
        await using var api = await StartAsync(("ConnectionStrings:redis", string.Format(CultureInfo.InvariantCulture, redis, FreePort.Take())));
        using var stream = await api.StreamAsync("a");
        await ToldAsync(stream); // it reads by itself after a grace period
        await AskAsync(api);

        AssertSilent("Redis");
    }

    [Fact]
    public async Task ARelayWithAndWithoutItsHubLogsNoSecret()
    {
        await using var hub = await StartAsync();
        await using var relay = await StartAsync(("StatusStream:Upstream", hub.Url.ToString()), ("StatusStream:UpstreamToken", UpstreamToken));
        using var stream = await relay.StreamAsync("a");
        await ToldAsync(stream);
        await AskAsync(relay);
        await hub.App.StopAsync().Soon();
        await AskAsync(relay);

        AssertSilent("upstream");
    }

    [Theory]
    [MemberData(nameof(Unusable))]
    public async Task ASecretThatCannotBeUsedIsNotRepeated(string setting, string value)
    {
        var stopped = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningApi.StartAsync((setting, value)));

        Assert.Contains(setting.Split(':')[1], stopped.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", stopped.ToString(), StringComparison.Ordinal);
    }

    private Task<RunningApi> StartAsync(params (string Name, string Value)[] settings) => RunningApi.StartAsync(
        services =>
        {
            services.RemoveAll<ILoggerProvider>();
            services.AddSingleton<ILoggerProvider>(_log);
            services.PostConfigure<LoggerFilterOptions>(static filter =>
            {
                filter.Rules.Clear(); // those of appsettings.json, too
                filter.MinLevel = LogLevel.Trace;
            });
        },
        [
            ("StatusStream:RequestTimeout", "00:00:01"),
            ("StatusStream:NotifyKey", NotifyKey), ("PipelineBackend:Headers:X-Api-Key", ApiKey), ("PipelineBackend:Headers:Authorization", "Bearer " + ApiKey),
            ("PipelineBackend:Actions:stop", "/pipeline/{id}/stop"), ("Control:Enabled", "true"), ("Control:Key", ControlKey), .. settings,
        ]);

    private static async Task ToldAsync(SseClient stream)
    {
        while (!(await stream.NextTextAsync()).EndsWith("active", StringComparison.Ordinal))
        {
            // An empty batch, or a word of what does not answer yet.
        }
    }

    /// <summary>Asks for everything there is, with the right keys, with wrong ones, and with nonsense.</summary>
    private async Task AskAsync(RunningApi api)
    {
        (string Method, string Path)[] requests =
        [
            ("GET", "/ui-api/pipeline"), ("GET", "/ui-api/pipeline/status?pipelineIds=a"), ("GET", "/ui-api/pipeline/a/health"), ("POST", "/ui-api/pipeline/a/stop"),
            ("POST", "/ui-api/pipeline/notify"), ("GET", "/control/state"), ("GET", "/health"), ("POST", "/ui-api/pipeline/status/stream/watch"),
        ];
        foreach (var (method, path) in requests)
        {
            foreach (var key in new[] { NotifyKey, ControlKey, Guess })
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), path);
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
                if (method == "POST") request.Content = new StringContent("""{"pipelineIds":["a"]}""");
                using var answer = await api.Http.SendAsync(request).Soon();
                _answers.Add(await answer.Content.ReadAsStringAsync());
            }
        }
    }

    /// <param name="sign">What shows that the log has what it is looked through for.</param>
    private void AssertSilent(string sign)
    {
        Assert.Contains(_log.Lines, line => line.Contains(sign, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(_log.Lines.Concat(_answers), line => line.Contains("hush", StringComparison.OrdinalIgnoreCase));
    }
}
