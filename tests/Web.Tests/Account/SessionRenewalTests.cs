using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace PipelineAspire.Web.Tests.Account;

/// <summary>A request in the second half of a session extends it, and what it opens or changes lives as long: CONTRACT section 7.</summary>
public sealed class SessionRenewalTests : IAsyncLifetime
{
    private const string Stream = "/ui-api/pipeline/status/stream";
    private static readonly TimeSpan Lasts = TimeSpan.FromHours(8);

    /// <summary>How much time the machine may take.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(2);

    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private GuardedSite? _site;
    private Visitor? _visitor;

    private Visitor Visitor => _visitor!;

    public async Task InitializeAsync()
    {
        _site = await GuardedSite.StartAsync("ada", services => services.PostConfigure<CookieAuthenticationOptions>(
            CookieAuthenticationDefaults.AuthenticationScheme, cookie => cookie.TimeProvider = _clock));
        _visitor = _site.Visitor();
        Assert.Equal(HttpStatusCode.OK, (await Visitor.VisitAsync("/account/sign-in")).Status);
    }

    public async Task DisposeAsync()
    {
        _visitor?.Dispose();
        if (_site is not null) await _site.DisposeAsync();
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(5, true)]
    public async Task AStreamKnowsHowLongItsSessionLastsAndExtendsItInItsSecondHalf(int hours, bool isExtended)
    {
        _clock.Advance(TimeSpan.FromHours(hours));

        using var answer = await Visitor.GetAsync($"{Stream}?pipelineIds=orders-1&watch=1");
        var (_, expiresIn) = await NamedAsync(answer);

        Assert.Equal(isExtended, SetsCookie(answer));
        var left = Lasts + TimeSpan.FromHours(isExtended ? hours : 0);
        Assert.InRange(expiresIn, left - Slack, left);
        Assert.Contains("no-transform", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWatchRequestThatChangesNothingExtendsSessionAndStream()
    {
        using var answer = await Visitor.GetAsync($"{Stream}?pipelineIds=orders-1&watch=1");
        var (handle, _) = await NamedAsync(answer);
        _clock.Advance(TimeSpan.FromHours(5));

        using var accepted = await Visitor.SendAsync(HttpMethod.Post, new Uri(Stream + "/watch", UriKind.Relative), JsonContent.Create(new { stream = handle, revision = 1 }));

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.True(SetsCookie(accepted));
        var told = await accepted.Content.ReadFromJsonAsync<JsonElement>();
        Assert.InRange(told.GetProperty("expiresInMs").GetInt64(), (Lasts + TimeSpan.FromHours(5) - Slack).TotalMilliseconds, (Lasts + TimeSpan.FromHours(5)).TotalMilliseconds);
        _clock.Advance(TimeSpan.FromHours(5)); // the first session would be over
        Assert.Equal(HttpStatusCode.OK, (await Visitor.VisitAsync("/ui-api/pipeline")).Status);
    }

    [Fact]
    public async Task ASessionThatNobodyExtendsIsOver()
    {
        _clock.Advance(Lasts + TimeSpan.FromSeconds(1));

        Assert.Equal(HttpStatusCode.Unauthorized, (await Visitor.VisitAsync("/ui-api/pipeline")).Status);
    }

    private static bool SetsCookie(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.Any(cookie => cookie.StartsWith("__Host-pipelines=", StringComparison.Ordinal));

    private static async Task<(string Handle, TimeSpan ExpiresIn)> NamedAsync(HttpResponseMessage stream)
    {
        var reader = new StreamReader(await stream.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync().WaitAsync(Bounds.Patience) is { } line)
        {
            if (!line.StartsWith("data: {\"type\":\"stream\"", StringComparison.Ordinal)) continue;
            var named = JsonDocument.Parse(line[6..]).RootElement;
            return (named.GetProperty("stream").GetString()!, TimeSpan.FromMilliseconds(named.GetProperty("expiresInMs").GetInt64()));
        }

        throw new IOException("The stream has ended.");
    }
}
