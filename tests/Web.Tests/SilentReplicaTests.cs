using System.Net;
using System.Net.Http.Json;

namespace PipelineAspire.Web.Tests;

/// <summary>A replica that takes connections and answers nothing: a frozen process, a machine that went away.</summary>
public sealed class SilentReplicaTests : IAsyncLifetime
{
    private const string Poll = "/ui-api/pipeline/status?pipelineIds=orders";

    // Half a second of patience, half a second for its health, and a busy machine.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3);

    private FakeStatusService _frozen = null!;
    private FakeStatusService _alive = null!;
    private WebUnderTest _web = null!;
    private HttpClient _browser = null!;

    public async Task InitializeAsync()
    {
        (_frozen, _alive) = (await FakeStatusService.Start(), await FakeStatusService.Start());
        _frozen.Pipelines["orders"] = _alive.Pipelines["orders"] = ("Orders", "active");
        _web = WebUnderTest.InFrontOfReplicas(_frozen.Url, _alive.Url);
        _browser = _web.Browser();
        _frozen.IsFrozen = true;
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        await _web.DisposeAsync();
        await _frozen.DisposeAsync();
        await _alive.DisposeAsync();
    }

    [Fact]
    public async Task EveryStreamFindsAReplicaThatAnswers()
    {
        for (var count = 0; count < 4; count++)
        {
            await using var reader = await EventStreamReader.Open(_web.Address).WaitAsync(Soon);
            Assert.Equal(HttpStatusCode.OK, reader.Response.StatusCode);
            (await _alive.NextStream()).Say("event: heartbeat\ndata: {}\n\n");
            Assert.Equal("event: heartbeat\ndata: {}\n\n", await reader.Next());
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/pipelines/orders")]
    public async Task EveryPageFindsAReplicaThatAnswers(string path)
    {
        var pages = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _browser.GetStringAsync(path))).WaitAsync(Soon);

        Assert.All(pages, page => Assert.Contains("data-pipeline-id=\"orders\"", page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Poll)]
    [InlineData("/ui-api/pipeline")]
    [InlineData("/ui-api/pipeline/orders/health")]
    public async Task EveryPollFindsAReplicaThatAnswers(string path)
    {
        _alive.AnswersWaitFor = _frozen.NextRequest(path.Split('?')[0]); // so one of two goes to each

        var answers = await Task.WhenAll(_browser.GetStringAsync(path), _browser.GetStringAsync(path)).WaitAsync(Soon);

        Assert.All(answers, answer => Assert.Contains("orders", answer, StringComparison.Ordinal));
    }

    [Fact]
    public async Task OnceItWasFoundSilentRequestsAvoidIt()
    {
        for (var count = 0; count < 20; count++) (await _browser.GetAsync(Poll).WaitAsync(Soon)).Dispose();

        Assert.InRange(_frozen.Counts.GetValueOrDefault("/ui-api/pipeline/status"), 0, 1);
        Assert.Equal(20, _alive.Counts["/ui-api/pipeline/status"]);
    }

    [Fact]
    public async Task APollThatTakesItsTimeIsNotGivenUpWhileItsReplicaLives()
    {
        _frozen.IsFrozen = false;
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _frozen.AnswersWaitFor = _alive.AnswersWaitFor = answer.Task;

        var poll = _browser.GetAsync(Poll);
        var (first, second) = (_frozen.NextRequest("/ui-api/pipeline/status"), _alive.NextRequest("/ui-api/pipeline/status"));
        var asked = await Task.WhenAny(first, second) == first ? _frozen : _alive;
        for (var question = 0; question < 3; question++) await asked.NextRequest("/alive");
        Assert.False(poll.IsCompleted);
        answer.SetResult();

        using var response = await poll.WaitAsync(Bounds.Patience);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(1, _frozen.Counts.GetValueOrDefault("/ui-api/pipeline/status") + _alive.Counts.GetValueOrDefault("/ui-api/pipeline/status"));
    }

    [Fact]
    public async Task APostIsNeverRepeatedButItsEndIsToldSoon()
    {
        const string Notify = "/ui-api/pipeline/notify";
        _alive.AnswersWaitFor = _frozen.NextRequest(Notify);

        var answers = await Task.WhenAll(Post(), Post()).WaitAsync(Soon);

        Assert.Equal([HttpStatusCode.Accepted, HttpStatusCode.GatewayTimeout], answers.Order());
        Assert.Equal((1, 1), (_frozen.Counts[Notify], _alive.Counts[Notify]));

        async Task<HttpStatusCode> Post()
        {
            using var response = await _browser.PostAsJsonAsync(Notify, new { pipelineIds = new[] { "orders" } });
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task WhenAllAreSilentTheLastOneIsWaitedFor()
    {
        _alive.IsFrozen = true;
        var opening = EventStreamReader.Open(_web.Address);
        await Task.WhenAll(_frozen.NextRequest("/ui-api/pipeline/status/stream"), _alive.NextRequest("/ui-api/pipeline/status/stream"));

        Assert.False(opening.IsCompleted);
        await _frozen.DisposeAsync();
        await _alive.DisposeAsync();

        await using var reader = await opening.WaitAsync(Bounds.Patience);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, reader.Response.StatusCode);
    }
}
