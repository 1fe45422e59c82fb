using PipelineAspire.EndToEnd.Tests.Running;
using PipelineAspire.EndToEnd.Tests.Streams;

namespace PipelineAspire.EndToEnd.Tests.Live;

/// <summary>Each way in which the backend can fail, for some cycles, on one pipeline of three.</summary>
[Collection(LiveCollection.Name)]
public sealed class FaultTests(LiveSystem live)
{
    private readonly RunningSystem _system = live.System;

    [Theory]
    [InlineData("late", """{"latencyMs":2000}""", 3, 0)]
    [InlineData("error", """{"errorRate":1,"statusCode":500}""", 5, 0)]
    [InlineData("busy", """{"errorRate":1,"statusCode":503,"retryAfterSeconds":1}""", 2, 1)]
    [InlineData("malformed", """{"malformedRate":1}""", 6, 0)]
    [InlineData("drop", """{"dropRate":1}""", 5, 0)]
    [InlineData("hang", """{"hangRate":1}""", 3, 0)]
    public async Task AFaultIsToldOnceHarmsNobodyElseAndIsForgottenInTime(string kind, string fault, int faultyReads, int retryAfterSeconds)
    {
        var (faulty, fine, alsoFine) = ($"{kind}-faulty", $"{kind}-fine", $"{kind}-also-fine");
        await using var client = await WatchAsync(faulty, fine, alsoFine);

        await _system.Backend.SetFaultAsync(faulty, fault);
        await client.Recording.FirstAsync(told => told.IsError("backend_unavailable", faulty));
        await AssertNoCycleIsLostAsync(faulty, faultyReads, fine, alsoFine);
        await _system.Backend.SetAsync(fine, "Failed");
        await client.Recording.FirstAsync(told => told.Tells(fine, "failed"));

        // What happened meanwhile is told when the fault is over.
        await _system.Backend.SetAsync(faulty, "Paused");
        var from = client.Recording.Count;
        var over = Bounded.Now;
        await _system.Backend.ClearFaultAsync(faulty);
        var told = await client.Recording.FirstAsync(told => told.Tells(faulty, "paused"), from);
        Assert.InRange(TimeProvider.System.GetElapsedTime(over, told.ArrivedAt), TimeSpan.Zero, _system.Converged + TimeSpan.FromSeconds(retryAfterSeconds));
        await client.Recording.FirstAsync(told => told.Type == StreamEvent.Batch && told.Tells(faulty, "paused"), from);

        Assert.False(client.Closed.IsCompleted);
        Assert.Single(client.Recording.Events, told => told.Type == StreamEvent.Error);
        Oracle.AssertConsistent(client.Recording);
        Assert.Equal(
            new Dictionary<string, string> { [faulty] = "paused", [fine] = "failed", [alsoFine] = "active" },
            Oracle.LastTold(client.Recording));
    }

    [Fact]
    public async Task ABackendThatFailsEveryOtherTimeIsToldOncePerEpisode()
    {
        const string faulty = "flaky-faulty";
        const string fine = "flaky-fine";
        await using var client = await WatchAsync(faulty, fine);

        await _system.Backend.SetFaultAsync(faulty, """{"errorRate":0.5,"statusCode":500}""");
        await client.Recording.FirstAsync(told => told.IsError("backend_unavailable", faulty));
        await AssertNoCycleIsLostAsync(faulty, 10, fine);
        await _system.Backend.SetAsync(faulty, "Stopped");
        var over = Bounded.Now;
        await _system.Backend.ClearFaultAsync(faulty);
        var told = await client.Recording.FirstAsync(told => told.Tells(faulty, "stopped"));
        Assert.InRange(TimeProvider.System.GetElapsedTime(over, told.ArrivedAt), TimeSpan.MinValue, _system.Converged);

        Assert.False(client.Closed.IsCompleted);
        Oracle.AssertConsistent(client.Recording);
        var unavailable = false;
        foreach (var next in client.Recording.Events)
        {
            if (next.Type == StreamEvent.Error)
            {
                Assert.True(next.IsError("backend_unavailable", faulty));
                Assert.False(unavailable, $"An episode was told twice:\n{client.Recording}");
                unavailable = true;
            }
            else if (next.Type == StreamEvent.Batch && next.Statuses.ContainsKey(faulty))
            {
                unavailable = false;
            }
        }
    }

    private async Task<StreamClient> WatchAsync(params string[] pipelines)
    {
        foreach (var pipeline in pipelines) await _system.Backend.SetAsync(pipeline, "Running");
        return await StreamClient.OpenWithStatusesAsync(_system.Http, pipelines);
    }

    /// <summary>Lets the fault last for some reads; meanwhile the others are read once per interval, not once less.</summary>
    private async Task AssertNoCycleIsLostAsync(string faulty, int faultyReads, params string[] fine)
    {
        await _system.Backend.ResetStatsAsync();
        var started = Bounded.Now;
        await _system.Backend.ReadsAsync(faulty, faultyReads);
        var intervals = (int)(Bounded.Since(started) / _system.Settings.PollInterval);
        var stats = await _system.Backend.StatsAsync();
        Assert.All(fine, pipeline => Assert.InRange(stats.Of(pipeline), intervals - 1, intervals + 2));
    }
}
