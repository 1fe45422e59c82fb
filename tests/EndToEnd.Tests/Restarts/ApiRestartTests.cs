using System.Net;
using PipelineAspire.EndToEnd.Tests.Running;
using PipelineAspire.EndToEnd.Tests.Streams;

namespace PipelineAspire.EndToEnd.Tests.Restarts;

/// <summary>StatusStream.Api ends under open streams, one way or the other. Each test has a system of its own.</summary>
public sealed class ApiRestartTests : IAsyncLifetime
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(5);
    private static readonly SystemSettings Settings = new() { RequestTimeout = TimeSpan.FromSeconds(2), Pipelines = ["orders", "billing"] };

    private RunningSystem? _started;

    private RunningSystem System => _started!;

    public async Task InitializeAsync() => _started = await RunningSystem.StartAsync(Settings);

    public async Task DisposeAsync()
    {
        if (_started is not null) await _started.DisposeAsync();
    }

    [Fact]
    public async Task ASigtermOfTheApiEndsNoStreamOfWebWhichTellsThatNothingIsConfirmed()
    {
        await using var client = await StreamClient.OpenWithStatusesAsync(System.Http, "orders", "billing");

        var asked = Bounded.Now;
        System.Api.Process.Signal("TERM");
        Assert.Equal(0, await System.Api.Process.ExitCodeAsync());
        Assert.InRange(Bounded.Since(asked), TimeSpan.Zero, Promised);

        await client.Recording.FirstAsync(told => told.IsError("polling_stalled"));
        Assert.InRange(Bounded.Since(asked), TimeSpan.Zero, System.FreshnessBound);
        Assert.False(client.Closed.IsCompleted);
        Oracle.AssertConsistent(client.Recording);
        using var health = await System.Http.GetAsync(new Uri("health", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        using var page = await System.Http.GetAsync(new Uri("", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        await using var late = await StreamClient.OpenAsync(System.Http, ["orders"]);
        await late.Recording.FirstAsync(told => told.IsError("polling_stalled"));
    }

    [Fact]
    public async Task AKilledApiThatIsStartedAgainHasItsClientsBackWithTheLatestStatuses()
    {
        await using var client = new ReconnectingClient(System.Http, "orders", "billing");
        await client.Recording.FirstAsync(told => told.Tells("orders", "active"));
        await client.Recording.FirstAsync(told => told.Tells("billing", "active"));
        await System.Backend.SetAsync("orders", "Pausing");
        await client.Recording.FirstAsync(told => told.Tells("orders", "pausing"));

        await System.Api.KillAsync();
        await System.Backend.SetAsync("orders", "Paused");
        await System.Api.StartAsync();

        await client.Recording.FirstAsync(told => told.Tells("orders", "paused"));
        Assert.Equal([null], client.ResumedFrom);
        Oracle.AssertConsistent(client.Recording);
        Assert.Equal(new Dictionary<string, string> { ["orders"] = "paused", ["billing"] = "active" }, Oracle.LastTold(client.Recording));

        await System.Backend.SetAsync("billing", "Failed");
        await client.Recording.FirstAsync(told => told.Type == StreamEvent.Update && told.Tells("billing", "failed"));
    }

    [Fact]
    public async Task ABackendThatIsKilledAndStartedAgainIsAnEpisodeOfErrors()
    {
        await using var client = await StreamClient.OpenWithStatusesAsync(System.Http, "orders", "billing");
        await System.Backend.SetAsync("orders", "Paused");
        await client.Recording.FirstAsync(told => told.Tells("orders", "paused"));

        await System.BackendService.KillAsync();
        foreach (var pipeline in Settings.Pipelines) await client.Recording.FirstAsync(told => told.IsError("backend_unavailable", pipeline));
        var from = client.Recording.Count;
        await System.BackendService.StartAsync();
        var back = Bounded.Now;

        // A backend that starts anew has its pipelines running.
        var told = await client.Recording.FirstAsync(told => told.Type == StreamEvent.Batch && told.Tells("orders", "active"), from);
        await client.Recording.FirstAsync(told => told.Type == StreamEvent.Batch && told.Tells("billing", "active"), from);
        Assert.InRange(TimeProvider.System.GetElapsedTime(back, told.ArrivedAt), TimeSpan.MinValue, System.Converged);
        Assert.False(client.Closed.IsCompleted);
        var errors = client.Recording.Events.Where(told => told.Type == StreamEvent.Error).Select(told => told.PipelineId).Order(StringComparer.Ordinal);
        Assert.True(errors.SequenceEqual(["billing", "orders"]), client.Recording.ToString());
        Oracle.AssertConsistent(client.Recording);
    }

    [Fact]
    public async Task ASigtermOfWebEndsItsStreamsWithAWordAndInTime()
    {
        const int streams = 100;
        var clients = await Task.WhenAll(Enumerable.Range(0, streams).Select(_ => StreamClient.OpenWithStatusesAsync(System.Http, "orders", "billing")));

        var asked = Bounded.Now;
        System.Web.Process.Signal("TERM");
        Assert.Equal(0, await System.Web.Process.ExitCodeAsync());
        Assert.InRange(Bounded.Since(asked), TimeSpan.Zero, Promised);

        foreach (var client in clients)
        {
            await client.Closed.WaitAsync(Bounded.Patience);
            Assert.True(client.Recording.Events[^1].IsError("server_draining"), client.Recording.ToString());
            Oracle.AssertConsistent(client.Recording);
            await client.DisposeAsync();
        }
    }
}
