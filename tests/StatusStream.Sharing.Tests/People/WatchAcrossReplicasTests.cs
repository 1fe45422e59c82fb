using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using PipelineAspire.StatusStream.Sharing.Tests.Chaos;
using PipelineAspire.StatusStream.Sharing.Tests.InProcess;
using PipelineAspire.StatusStream.Sharing.Tests.Servers;

namespace PipelineAspire.StatusStream.Sharing.Tests.People;

/// <summary>A watch request of somebody who is signed in comes to another replica than the one that has the stream: CONTRACT sections 2 and 7.</summary>
public sealed class WatchAcrossReplicasTests : IAsyncLifetime
{
    private const string Mine = "pipeline-0";
    private const string Other = "pipeline-1";
    private const string Hidden = "pipeline-2";

    /// <summary>Whoever waits for an answer has been promised one of some kind within this.</summary>
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(1);

    private readonly Tokens _tokens = new();
    private readonly RedisServer _redis = new();
    private readonly MemoryBackend _backend = new(pipelines: 3);
    private readonly HttpClient _http = new() { Timeout = Bounded.Patience };
    private InProcessReplica? _first;
    private InProcessReplica? _second;

    public async Task InitializeAsync()
    {
        await _redis.StartAsync();
        _first = await InProcessReplica.StartAsync("first", _backend, _redis.ConnectionString, more: _tokens.Settings);
        _second = await InProcessReplica.StartAsync("second", _backend, _redis.ConnectionString, more: _tokens.Settings);
    }

    public async Task DisposeAsync()
    {
        if (_second is not null) await _second.DisposeAsync();
        if (_first is not null) await _first.DisposeAsync();
        await _redis.DisposeAsync();
        _http.Dispose();
    }

    [Fact]
    public async Task ItIsMadeWithTheRightsOfWhoSentItAndWhatTheyHideIsNotFound()
    {
        await using var stream = await OpenAsync(_tokens.Of("ann", [Mine]));

        Assert.Equal(HttpStatusCode.Accepted, await AskAsync(_second, _tokens.Of("ann", [Mine, Other]), stream, 1, add: [Other, Hidden]));
        Assert.Equal([$"batch 1 {Other}", $"pipeline_not_found {Hidden}"], await stream.TakeAsync(2));
        Assert.DoesNotContain(_backend.Reads, read => read.PipelineId == Hidden);
        _backend.Change(Other);
        await stream.UntilAsync($"{Other} {Now(Other)}");

        Assert.Equal(HttpStatusCode.Accepted, await AskAsync(_second, _tokens.Of("ann", [Other]), stream, 2));
        await stream.UntilAsync($"pipeline_not_found {Mine}");
    }

    [Fact]
    public async Task AFreshTokenExtendsTheStreamAndOneThatEndsSoonerEndsItSooner()
    {
        var old = _tokens.Of("ann", ["*"], TimeSpan.FromSeconds(4));
        await using var renewed = await OpenAsync(old);
        await using var abandoned = await OpenAsync(old);

        Assert.Equal(HttpStatusCode.Accepted, await AskAsync(_second, _tokens.Of("ann", ["*"]), renewed, 1));
        await abandoned.UntilAsync("signed_out");
        Assert.Null(await abandoned.NextAsync());
        _backend.Change(Mine);
        Assert.DoesNotContain("signed_out", await renewed.UntilAsync($"{Mine} {Now(Mine)}"));

        Assert.Equal(HttpStatusCode.Accepted, await AskAsync(_second, _tokens.Of("ann", ["*"], TimeSpan.FromSeconds(1)), renewed, 2));
        await renewed.UntilAsync("signed_out");
        Assert.Null(await renewed.NextAsync());
    }

    [Fact]
    public async Task SomebodyElseWithTheRightHandleIsRefusedAndChangesNothing()
    {
        await using var stream = await OpenAsync(_tokens.Of("ann", [Mine, Other], TimeSpan.FromSeconds(4)));

        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(_second, _tokens.Of("bob", ["*"]), stream, 7, add: [Other, Hidden], remove: [Mine]));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(_second, token: null, stream, 8, add: [Other], remove: [Mine]));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(_second, new Tokens().Of("ann", ["*"]), stream, 9, add: [Other], remove: [Mine]));
        _backend.Change(Mine);
        _backend.Change(Other);
        Assert.Empty(await stream.UntilAsync($"{Mine} {Now(Mine)}"));

        Assert.Equal(HttpStatusCode.Accepted, await AskAsync(_second, _tokens.Of("ann", [Mine, Other], TimeSpan.FromSeconds(2)), stream, 1, add: [Other]));
        Assert.Equal([$"batch 1 {Other}", "signed_out"], await stream.TakeAsync(2));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WithoutRedisInBetweenTheAnswerIsThereWithinASecondAndNobodyIsLetThrough(bool hangs)
    {
        await using var stream = await OpenAsync(_tokens.Of("ann", [Mine, Other]));
        if (hangs) _redis.Pause();
        else await _redis.KillAsync();
        try
        {
            var waits = new List<TimeSpan>();
            foreach (var who in (string[])["ann", "bob", "ann"])
            {
                var asked = Bounded.Now;
                Assert.Equal(HttpStatusCode.NotFound, await AskAsync(_second, _tokens.Of(who, ["*"]), stream, 5, add: [Other], remove: [Mine]));
                waits.Add(Bounded.Since(asked));
            }

            Assert.True(waits.Min() < Promise, string.Join(", ", waits)); // of a busy machine the quickest says what the product does
            Assert.Equal(HttpStatusCode.NotFound, await AskAsync(_first, _tokens.Of("bob", ["*"]), stream, 6, add: [Other]));
            Assert.Equal(HttpStatusCode.Accepted, await AskAsync(_first, _tokens.Of("ann", [Mine]), stream, 1));
            Assert.Equal("batch 1", await stream.NextAsync());
        }
        finally
        {
            if (hangs) _redis.Resume();
        }
    }

    private async Task<PersonStream> OpenAsync(string token)
    {
        var stream = await PersonStream.OpenAsync(await SendAsync(token, new(HttpMethod.Get, At(_first, $"stream?pipelineIds={Mine}&watch=1"))));
        Assert.Equal([$"batch {Mine}", "stream"], await stream.TakeAsync(2));
        return stream;
    }

    private async Task<HttpStatusCode> AskAsync(
        InProcessReplica? replica, string? token, PersonStream stream, int revision, string[]? add = null, string[]? remove = null)
    {
        var body = JsonContent.Create(new { stream = stream.Handle, revision, add = add ?? [], remove = remove ?? [] });
        using var answer = await SendAsync(token, new(HttpMethod.Post, At(replica, "stream/watch")) { Content = body });
        return answer.StatusCode;
    }

    private async Task<HttpResponseMessage> SendAsync(string? token, HttpRequestMessage request)
    {
        using (request)
        {
            if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        }
    }

    private string Now(string pipelineId) => PipelineHistory.PublicStatus(_backend[pipelineId].Latest);

    private static Uri At(InProcessReplica? replica, string path) => new(replica!.Address, $"/ui-api/pipeline/status/{path}");
}
