using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using PipelineAspire.Processes;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Hosts;

/// <summary>The hub in somebody else's host of ten lines: what the host requires applies to streams as to everything.</summary>
public sealed class MinimalHostTests : IAsyncLifetime
{
    private const string Stream = "/ui-api/pipeline/status/stream?pipelineIds=a";
    private const string Poll = "/ui-api/pipeline/status?pipelineIds=a";
    private const string Page = "https://pages.example";

    private KestrelBackend _backend = null!;
    private ApiProcess _host = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _backend = await KestrelBackend.StartAsync();
        _host = await ApiProcess.StartAsync(BuiltProject.MinimalHost, openFiles: null, _backend, [("AllowedHosts", "127.0.0.1")]);
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_host.Port}"), Timeout = Bounded.Patience };
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
        await _backend.DisposeAsync();
    }

    [Theory]
    [InlineData(Stream)]
    [InlineData(Poll)]
    [InlineData("/ui-api/pipeline")]
    [InlineData("/ui-api/pipeline/a/health")]
    public async Task WithoutATokenNothingIsTold(string target)
    {
        using var answer = await GetAsync(target, token: null);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task WithATokenAStreamIsServedAndChangesArrive()
    {
        using var answer = await GetAsync(Stream, await TokenAsync());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());

        await UntilAsync(reader, "\"status\":\"active\"");
        _backend.Says("a", "Paused");
        await UntilAsync(reader, "\"previousStatus\":\"active\"");
    }

    [Theory]
    [InlineData(Stream, Page, Page)]
    [InlineData(Poll, Page, Page)]
    [InlineData(Stream, "https://evil.example", null)]
    [InlineData(Poll, "https://evil.example", null)]
    public async Task OnlyPagesOfTheOriginMayReadTheAnswer(string target, string origin, string? allowed)
    {
        using var answer = await GetAsync(target, await TokenAsync(), origin);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(allowed, answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null);
    }

    [Theory]
    [InlineData(Page, "content-type")]
    [InlineData("https://evil.example", null)]
    public async Task OnlyPagesOfTheOriginMaySendWatchRequests(string origin, string? allowed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, $"{Stream.Split('?')[0]}/watch");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "content-type");
        using var answer = await _client.SendAsync(request);

        Assert.Equal(allowed, answer.Headers.TryGetValues("Access-Control-Allow-Headers", out var values) ? values.Single() : null);
    }

    [Fact]
    public async Task AnotherHostNameIsRefusedOnStreamsToo()
    {
        using var connection = await RawConnection.SendAsync(_host.Port, $"GET {Stream} HTTP/1.1\r\nHost: evil.example\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", await connection.ReceiveUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> GetAsync(string target, string? token, string? origin = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, target);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (origin is not null) request.Headers.Add("Origin", origin);
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private async Task<string> TokenAsync()
    {
        using var answer = await _client.PostAsync("/token", content: null);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("accessToken").GetString()!;
    }

    private static async Task UntilAsync(StreamReader stream, string text)
    {
        while (await stream.ReadLineAsync().WaitAsync(Bounded.Patience) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal)) return;
        }

        Assert.Fail($"The stream ended before '{text}'.");
    }
}
