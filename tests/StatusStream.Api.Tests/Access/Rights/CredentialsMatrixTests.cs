using System.Net;

namespace PipelineAspire.StatusStream.Tests.Access.Rights;

/// <summary>Whoever has no credentials, or bad ones, gets nothing anywhere: CONTRACT section 7.</summary>
public class CredentialsMatrixTests(GuardedPair pair) : IClassFixture<GuardedPair>
{
    private const string Api = "/ui-api/pipeline";
    private const string WatchBody = """{"stream":"0123456789abcdef.AAAAAAAAAAAAAAAAAAAAAA","revision":1,"add":["mine"]}""";

    private static readonly (string Name, HttpMethod Method, string Path, string? Json)[] Endpoints =
    [
        ("stream", HttpMethod.Get, $"{Api}/status/stream?pipelineIds=mine", null),
        ("resumed stream", HttpMethod.Get, $"{Api}/status/stream?pipelineIds=mine&lastEventId=0123456789abcdef-1&watch=1&list=1", null),
        ("watch request", HttpMethod.Post, $"{Api}/status/stream/watch", WatchBody),
        ("polls", HttpMethod.Get, $"{Api}/status?pipelineIds=mine", null),
        ("health", HttpMethod.Get, $"{Api}/mine/health", null),
        ("list", HttpMethod.Get, Api, null),
        ("actions", HttpMethod.Get, $"{Api}/actions", null),
        ("action", HttpMethod.Post, $"{Api}/mine/stop", ""),
    ];

    private static readonly (string Name, Func<string?> Token)[] Bad =
    [
        ("none", () => null),
        ("expired", () => Guarded.Tokens.Of("ann", ["*"], TimeSpan.FromSeconds(-10))),
        ("for another audience", () => Guarded.Tokens.Of("ann", ["*"], audience: "http://elsewhere")),
        ("of another key", () => new Tokens().Of("ann", ["*"])),
        ("unsigned", () => Guarded.Tokens.Unsigned("ann", "*")),
        ("nonsense", () => "nonsense"),
    ];

    public static TheoryData<bool, string, string> Cells()
    {
        var cells = new TheoryData<bool, string, string>();
        foreach (var isRelayed in new[] { false, true })
        {
            foreach (var endpoint in Endpoints)
            {
                foreach (var bad in Bad) cells.Add(isRelayed, endpoint.Name, bad.Name);
            }
        }

        return cells;
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task WithoutGoodCredentialsNothingIsToldAnywhere(bool isRelayed, string endpoint, string credentials)
    {
        var guarded = pair.Of(isRelayed);
        var (_, method, path, json) = Endpoints.Single(each => each.Name == endpoint);
        var token = Bad.Single(each => each.Name == credentials).Token();

        using var answer = await guarded.AskAsync(token, method, path, json);

        Assert.StartsWith("Bearer", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        await answer.ProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ATokenInAUrlIsNone(bool isRelayed)
    {
        var guarded = pair.Of(isRelayed);
        var token = Guarded.Tokens.Of("ann", ["*"]);
        foreach (var name in new[] { "access_token", "token", "bearer", "authorization" })
            Assert.Equal(HttpStatusCode.Unauthorized, (await guarded.SendAsync(token: null, HttpMethod.Get, $"{Api}/status?pipelineIds=mine&{name}={token}")).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WithThemAllIsAsItWasOpen(bool isRelayed)
    {
        var guarded = pair.Of(isRelayed);
        var token = Guarded.Tokens.Of("ann", ["*"]);
        using var stream = await guarded.StreamAsync(token, "mine,theirs");

        Assert.Equal("batch mine=active theirs=active", await stream.NextTextAsync());
        Assert.Contains("\"active\"", (await guarded.SendAsync(token, HttpMethod.Get, $"{Api}/status?pipelineIds=theirs")).Body, StringComparison.Ordinal);
        Assert.Contains("Theirs", (await guarded.SendAsync(token, HttpMethod.Get, Api)).Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await guarded.SendAsync(token, HttpMethod.Get, $"{Api}/theirs/health")).Status);
        Assert.Equal(HttpStatusCode.OK, (await guarded.SendAsync(token: null, HttpMethod.Get, "/health")).Status);
    }
}
