using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PipelineAspire.StatusStream.Fuzz.Tests.Fuzzing;
using PipelineAspire.StatusStream.Streaming.Watching;
using Xunit.Abstractions;

namespace PipelineAspire.StatusStream.Fuzz.Tests;

/// <summary>Whatever anybody sends to StatusStream.Api: CONTRACT section 7.</summary>
public sealed class ApiFuzzTests(ITestOutputHelper output)
{
    /// <summary>Pools keep what they had to lend at the busiest moment; what stays of each connection shows in longer runs (FUZZ_SECONDS).</summary>
    private const long MostGrowthBytes = 32 * 1024 * 1024;

    /// <summary>Both ends of connections to the backend, as many as are fuzzed at once: they are kept for a while, and of this process.</summary>
    private const int MostGrowthFiles = 2 * 64;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    /// <summary>Interval, request timeout and 1 s, as the contract bounds convergence, and as much again for a process that is its own fuzzer.</summary>
    private static readonly TimeSpan InTime = TimeSpan.FromSeconds(2 * (0.05 + 2 + 1));

    private static readonly string[] Paths =
    [
        "/ui-api/pipeline", "/ui-api/pipeline/status", "/ui-api/pipeline/status/stream", "/ui-api/pipeline/status/stream", "/ui-api/pipeline/status/stream/watch",
        "/ui-api/pipeline/status/stream/watch", "/ui-api/pipeline/notify", "/ui-api/pipeline/actions", "/ui-api/pipeline/{id}/health", "/ui-api/pipeline/{id}/stop",
        "/ui-api/pipeline/{id}/{id}", "/ui-api/pipeline/{id}", "/control/state", "/health", "/alive", "/openapi/v1.json", "/{id}",
    ];

    [Fact]
    public async Task NothingThatIsSentIsA500OrHangsOrStaysOrDelaysAnHonestStream()
    {
        var errors = new ErrorLog();
        await using var api = await RunningApi.StartAsync(
            services => services.AddSingleton<ILoggerProvider>(errors),
            ("Logging:LogLevel:Default", "Error"),
            ("StatusStream:RequestTimeout", "00:00:02"),
            ("PipelineBackend:Actions:stop", "/pipeline/{id}/stop"));
        api.Backend.AnswersAt("/pipeline", KestrelBackend.Json("""[{"pipeline_id":"id-1","pipeline_name":"One","overall_status":"Running"}]"""));
        using var connections = new OpenConnections(api.Url.Port);
        using var honest = await HonestStream.OpenAsync(api.Url.Port, api.Backend);
        var fuzzer = new Fuzzer(api.Url.Port, Paths, FuzzSettings.Seed);
        output.WriteLine($"FUZZ_SEED={FuzzSettings.Seed}");

        await honest.WatchUntilAsync(fuzzer.RunAsync(WarmUp));
        var before = await LevelAsync(api, connections);
        await honest.WatchUntilAsync(fuzzer.RunAsync(FuzzSettings.Duration));
        var after = await LevelAsync(api, connections);

        output.WriteLine($"{fuzzer.Cases} connections; answers {fuzzer.Statuses}");
        output.WriteLine($"{honest.Changes} honest changes, the slowest after {honest.Slowest.TotalMilliseconds:F0} ms");
        output.WriteLine($"before {before}, after {after}");
        Assert.True(fuzzer.Failures.Count == 0, string.Join("\n\n", fuzzer.Failures));
        Assert.True(errors.Entries.Count == 0, $"FUZZ_SEED={FuzzSettings.Seed}\n" + string.Join("\n\n", errors.Entries.Take(5)));
        Assert.InRange(after.Bytes - before.Bytes, long.MinValue, MostGrowthBytes);
        Assert.InRange(after.Files - before.Files, int.MinValue, MostGrowthFiles);
        Assert.True(honest.Changes > FuzzSettings.Duration.TotalSeconds, $"only {honest.Changes} changes were told");
        Assert.InRange(honest.Slowest, TimeSpan.Zero, InTime);
        Assert.All([200, 202, 400, 404, 405, 408, 431], status => Assert.True(fuzzer.HasSeen(status), $"no {status} was ever answered"));
    }

    /// <summary>What is in use once nobody but the honest client is there.</summary>
    private static async Task<(long Bytes, int Files)> LevelAsync(RunningApi api, OpenConnections connections)
    {
        var watched = api.App.Services.GetRequiredService<WatchedStreams>();
        await Patience.UntilAsync(() => api.Streams.Count == 1, "only the honest stream is left");
        await Patience.UntilAsync(() => watched.Count == 0, "no stream can be changed any more");
        await Patience.UntilAsync(() => connections.Count == 1, "only the honest connection is left");
        await Patience.UntilAsync(() => api.WatchList.Current().Count == 1, "only what the honest client watches is watched");
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return (GC.GetTotalMemory(forceFullCollection: true), Directory.EnumerateFileSystemEntries("/proc/self/fd").Count());
    }
}
