using PipelineAspire.StatusStream.Fuzz.Tests.Fuzzing;
using Xunit.Abstractions;

namespace PipelineAspire.StatusStream.Fuzz.Tests;

/// <summary>Whatever anybody sends to Web: CONTRACT section 7.</summary>
public sealed class WebFuzzTests(ITestOutputHelper output)
{
    private const int MostGrowthFiles = 12;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>As for StatusStream.Api, with one more hub on the way.</summary>
    private static readonly TimeSpan InTime = TimeSpan.FromSeconds(8);

    private static readonly string[] Paths =
    [
        "/", "/pipelines/{id}", "/error", "/demo", "/demo/api/state", "/{id}", "/css/site.css", "/js/pipeline-status.js", "/favicon.svg", "/health", "/alive", "/signin-oidc", "/sign-out",
        "/ui-api/pipeline", "/ui-api/pipeline/status", "/ui-api/pipeline/status/stream", "/ui-api/pipeline/status/stream/watch", "/ui-api/pipeline/notify",
        "/ui-api/pipeline/actions", "/ui-api/pipeline/{id}/health", "/ui-api/pipeline/{id}/stop", "/ui-api/{id}",
    ];

    [Fact]
    public async Task NothingThatIsSentIsA500OrHangsOrStaysOrDelaysAnHonestStream()
    {
        await using var api = await RunningApi.StartAsync(("StatusStream:RequestTimeout", "00:00:02"), ("PipelineBackend:Actions:stop", "/pipeline/{id}/stop"));
        api.Backend.AnswersAt("/pipeline", KestrelBackend.Json("""[{"pipeline_id":"id-1","pipeline_name":"One","overall_status":"Running"}]"""));
        await using var web = await WebProcess.StartAsync(api.Url);
        using var honest = await HonestStream.OpenAsync(web.Port, api.Backend);
        var fuzzer = new Fuzzer(web.Port, Paths, FuzzSettings.Seed);
        output.WriteLine($"FUZZ_SEED={FuzzSettings.Seed}");

        await honest.WatchUntilAsync(fuzzer.RunAsync(WarmUp));
        await SettleAsync(api);
        var before = web.OpenFiles;
        await honest.WatchUntilAsync(fuzzer.RunAsync(FuzzSettings.Duration));
        await SettleAsync(api);

        output.WriteLine($"{fuzzer.Cases} connections; answers {fuzzer.Statuses}");
        output.WriteLine($"{honest.Changes} honest changes, the slowest after {honest.Slowest.TotalMilliseconds:F0} ms; files before {before}, after {web.OpenFiles}");
        Assert.True(fuzzer.Failures.Count == 0, string.Join("\n\n", fuzzer.Failures) + "\n\n" + web.Output);
        Assert.True(web.Errors == 0, $"FUZZ_SEED={FuzzSettings.Seed}\n{web.Output}");
        await Patience.UntilAsync(() => web.OpenFiles - before <= MostGrowthFiles, "Web lets go of its descriptors");
        Assert.True(honest.Changes > FuzzSettings.Duration.TotalSeconds, $"only {honest.Changes} changes were told");
        Assert.InRange(honest.Slowest, TimeSpan.Zero, InTime);
        Assert.All([200, 400, 404, 405, 408], status => Assert.True(fuzzer.HasSeen(status), $"no {status} was ever answered"));
    }

    /// <summary>Web's one stream for all of its clients comes back to what the honest one watches.</summary>
    private static Task SettleAsync(RunningApi api) =>
        Patience.UntilAsync(() => api.Streams.Count == 1 && api.WatchList.Current().Count == 1, "only what the honest client watches is watched");
}
