using System.Net;
using System.Net.Http.Json;

namespace PipelineAspire.StatusStream.Sharing.Tests.People;

/// <summary>One session for all replicas of Web, which share its keys through Redis: CONTRACT section 7.</summary>
public sealed class SharedSessionTests(TwoWebs webs) : IClassFixture<TwoWebs>, IDisposable
{
    private const string Api = "/ui-api/pipeline";

    private readonly Visitor _eve = new(webs.First.Address);

    public void Dispose() => _eve.Dispose();

    [Fact]
    public async Task WhoSignedInAtOneIsKnownAtTheOtherToItsStreamsAndWatchRequestsToo()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(webs.Second, Api));
        await SignInAsync();

        Assert.Contains("\"name\":\"Eve\"", await ReadAsync(webs.Second, "/account"), StringComparison.Ordinal);
        var list = await ReadAsync(webs.Second, Api);
        Assert.Contains(TwoWebs.Shown, list, StringComparison.Ordinal);
        Assert.DoesNotContain(TwoWebs.Hidden, list, StringComparison.Ordinal);
        await using var stream = await PersonStream.OpenAsync(await SendAsync(webs.Second, HttpMethod.Get, $"{Api}/status/stream?pipelineIds={TwoWebs.Shown}&watch=1"));
        Assert.Equal([$"batch {TwoWebs.Shown}", "stream"], await stream.TakeAsync(2));

        var change = JsonContent.Create(new { stream = stream.Handle, revision = 1, add = (string[])[TwoWebs.Hidden] });
        using var answer = await SendAsync(webs.Second, HttpMethod.Post, $"{Api}/status/stream/watch", change);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(["batch 1", $"pipeline_not_found {TwoWebs.Hidden}"], await stream.TakeAsync(2));
    }

    [Fact]
    public async Task SigningOutAtOneEndsTheSessionOfTheBrowserAtBoth()
    {
        await SignInAsync();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(webs.Second, Api));

        var own = webs.Second.Address.GetLeftPart(UriPartial.Authority);
        using var answer = await _eve.SendAsync(HttpMethod.Post, new Uri(webs.Second.Address, "/account/sign-out"), ("Origin", own), ("Sec-Fetch-Site", "same-origin"));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        foreach (var web in (Service[])[webs.First, webs.Second])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(web, Api));
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(web, $"{Api}/status/stream?pipelineIds={TwoWebs.Shown}"));
            Assert.Contains("\"signedIn\":false", await ReadAsync(web, "/account"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task TheSessionOutlivesARestartOfBoth()
    {
        await SignInAsync();

        await Task.WhenAll(webs.First.KillAsync(), webs.Second.KillAsync());
        await Task.WhenAll(webs.First.StartAsync(), webs.Second.StartAsync());

        foreach (var web in (Service[])[webs.First, webs.Second]) Assert.Equal(HttpStatusCode.OK, await AskAsync(web, Api));
    }

    [Fact]
    public async Task WhileRedisHangsWhoIsSignedInStaysSo()
    {
        await SignInAsync();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(webs.Second, "/account"));
        webs.Redis.Pause();
        try
        {
            foreach (var web in (Service[])[webs.First, webs.Second]) Assert.Contains("Eve", await ReadAsync(web, "/account"), StringComparison.Ordinal);
        }
        finally
        {
            webs.Redis.Resume();
        }
    }

    private async Task SignInAsync()
    {
        var (status, page) = await _eve.VisitAsync("/");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("Eve", page, StringComparison.Ordinal);
    }

    private async Task<HttpStatusCode> AskAsync(Service web, string path)
    {
        using var answer = await SendAsync(web, HttpMethod.Get, path);
        return answer.StatusCode;
    }

    private async Task<string> ReadAsync(Service web, string path)
    {
        using var answer = await SendAsync(web, HttpMethod.Get, path);
        return await answer.Content.ReadAsStringAsync();
    }

    private Task<HttpResponseMessage> SendAsync(Service web, HttpMethod method, string path, HttpContent? body = null) =>
        _eve.SendAsync(method, new Uri(web.Address, path), body);
}
