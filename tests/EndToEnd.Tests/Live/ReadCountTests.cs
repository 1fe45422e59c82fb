using PipelineAspire.EndToEnd.Tests.Running;
using PipelineAspire.EndToEnd.Tests.Streams;

namespace PipelineAspire.EndToEnd.Tests.Live;

[Collection(LiveCollection.Name)]
public sealed class ReadCountTests(LiveSystem live)
{
    private const int Clients = 90;
    private const int Intervals = 20;
    private const double Tolerance = 0.05;

    private readonly RunningSystem _system = live.System;

    [Fact]
    public async Task NinetyClientsOfTenPipelinesCostTheBackendOneReadPerPipelineAndInterval()
    {
        var pipelines = Enumerable.Range(0, 10).Select(i => $"shared-{i}").ToArray();
        foreach (var pipeline in pipelines) await _system.Backend.SetAsync(pipeline, "Running");
        var clients = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => StreamClient.OpenWithStatusesAsync(_system.Http, pipelines)));

        await _system.Backend.ResetStatsAsync();
        var started = Bounded.Now;
        await _system.Backend.ReadsAsync(pipelines[0], Intervals);
        var stats = await _system.Backend.StatsAsync();
        var intervals = Bounded.Since(started) / _system.Settings.PollInterval;

        var reads = pipelines.Sum(stats.Of);
        Assert.InRange(reads / (intervals * pipelines.Length), 1 - Tolerance, 1 + Tolerance);
        Assert.All(pipelines, pipeline => Assert.InRange(stats.Of(pipeline), (intervals * (1 - Tolerance)) - 1, (intervals * (1 + Tolerance)) + 1));
        Assert.Single(stats.Callers);

        await _system.Backend.SetAsync(pipelines[^1], "Failed");
        await Task.WhenAll(clients.Select(client => client.Recording.FirstAsync(told => told.Tells(pipelines[^1], "failed"))));
        foreach (var client in clients)
        {
            Oracle.AssertConsistent(client.Recording);
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task APipelineThatNobodyWatchesIsNoLongerRead()
    {
        await _system.Backend.SetAsync("left", "Running");
        await _system.Backend.SetAsync("kept", "Running");
        await using var kept = await StreamClient.OpenWithStatusesAsync(_system.Http, "kept");
        await using (await StreamClient.OpenWithStatusesAsync(_system.Http, "left", "kept"))
        {
            await _system.Backend.ResetStatsAsync();
            await _system.Backend.ReadsAsync("left", 3);
        }

        // Three intervals after the last watcher has left, and one for the end of its stream to be noticed.
        await _system.Backend.ResetStatsAsync();
        await _system.Backend.ReadsAsync("kept", 5);
        await _system.Backend.ResetStatsAsync();
        await _system.Backend.ReadsAsync("kept", 5);

        Assert.Equal(0, (await _system.Backend.StatsAsync()).Of("left"));
    }
}
