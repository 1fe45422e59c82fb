using System.Net;
using PipelineAspire.FakePipelineBackend.Tests.Hosting;

namespace PipelineAspire.FakePipelineBackend.Tests.Pipelines;

public sealed class PipelineEndpointTests : IAsyncLifetime
{
    private static readonly TimeSpan Transition = TimeSpan.FromSeconds(5);

    private readonly ObservedClock _clock = new();
    private RunningBackend _backend = null!;

    public async Task InitializeAsync() =>
        _backend = await RunningBackend.StartAsync(
            _clock,
            ("FakeBackend:TransitionDuration", Transition.ToString()),
            ("FakeBackend:Pipelines:0", "orders"),
            ("FakeBackend:Pipelines:1", "billing.v2"));

    public async Task DisposeAsync() => await _backend.DisposeAsync();

    [Fact]
    public async Task HealthHasExactlyTheFiveFields()
    {
        using var response = await _backend.Http.GetAsync("/pipeline/orders/health");
        var health = await response.JsonAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(
            ["pipeline_id", "pipeline_name", "overall_status", "created_at", "updated_at"],
            health.EnumerateObject().Select(field => field.Name));
        Assert.Equal(("orders", "Orders", "Running"), (Text("pipeline_id"), Text("pipeline_name"), Text("overall_status")));
        Assert.Equal(_clock.Start, health.GetProperty("created_at").GetDateTimeOffset());
        Assert.EndsWith("Z", Text("updated_at"), StringComparison.Ordinal);

        string? Text(string name) => health.GetProperty(name).GetString();
    }

    [Fact]
    public async Task TheListHasAllPipelinesInOrder()
    {
        using var response = await _backend.Http.GetAsync("/pipeline");

        Assert.Equal(
            ["billing.v2", "orders"], (await response.JsonAsync()).EnumerateArray().Select(pipeline => pipeline.GetProperty("pipeline_id").GetString()));
    }

    [Theory]
    [InlineData("Running", "stop", "Stopping", "Stopped")]
    [InlineData("Running", "terminate", "Terminating", "Stopped")]
    [InlineData("Stopped", "resume", "Resuming", "Running")]
    [InlineData("Running", "pause", "Pausing", "Paused")]
    [InlineData("Paused", "resume", "Resuming", "Running")]
    public async Task AMoveLeadsThroughItsTransitionalState(string from, string move, string through, string to)
    {
        await _backend.SetAsync("orders", from);

        using var response = await _backend.SendAsync(HttpMethod.Post, $"/pipeline/orders/{move}");
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(through, await _backend.StatusAsync("orders"));
        _clock.Advance(Transition);
        Assert.Equal(to, await _backend.StatusAsync("orders"));
    }

    [Fact]
    public async Task AMoveThatIsNotAllowedIsAConflictThatSaysWhy()
    {
        using var response = await _backend.SendAsync(HttpMethod.Post, "/pipeline/orders/resume");

        Assert.Equal("Pipeline 'orders' is Running; resume is allowed when it is Stopped or Paused.", await response.ProblemAsync(HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task ADeletedPipelineIsNotFound()
    {
        using var tooEarly = await _backend.SendAsync(HttpMethod.Delete, "/pipeline/orders");
        Assert.Equal("Pipeline 'orders' is Running; delete is allowed when it is Stopped.", await tooEarly.ProblemAsync(HttpStatusCode.Conflict));

        await _backend.SetAsync("orders", "Stopped");
        using var deleted = await _backend.SendAsync(HttpMethod.Delete, "/pipeline/orders");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var health = await _backend.Http.GetAsync("/pipeline/orders/health");
        Assert.Equal("There is no pipeline 'orders'.", await health.ProblemAsync(HttpStatusCode.NotFound));
    }

    [Theory]
    [InlineData("GET", "/pipeline/nope/health", HttpStatusCode.NotFound)]
    [InlineData("POST", "/pipeline/nope/stop", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/pipeline/nope", HttpStatusCode.NotFound)]
    [InlineData("GET", "/pipeline/a%20b/health", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/pipeline/a%2Fb/health", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/pipeline/%C3%A4/stop", HttpStatusCode.BadRequest)]
    [InlineData("DELETE", "/pipeline/a,b", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/pipeline/health", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/pipeline/health?ids=", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/pipeline/health?ids=orders,a%20b", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/pipeline/health?ids=orders,,billing.v2", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/pipeline/health?ids=..", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/pipeline/health", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/pipeline/health", HttpStatusCode.NotFound)]
    [InlineData("POST", "/pipeline/orders/health", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/pipeline/orders/explode", HttpStatusCode.NotFound)]
    [InlineData("GET", "/elsewhere", HttpStatusCode.NotFound)]
    public async Task EveryRefusalIsProblemDetails(string method, string path, HttpStatusCode expected)
    {
        using var response = await _backend.SendAsync(new HttpMethod(method), path);

        await response.ProblemAsync(expected);
    }
}
