using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Hosting;

namespace PipelineAspire.Web.Tests;

/// <summary>How the library and the script of a page are served, whatever the environment.</summary>
public sealed partial class ScriptTests
{
    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task TheLibraryIsServedUnderItsStableAddressCompressedAndAskedForAgainOnlyIfItChanged(string environment)
    {
        await using var web = InEnvironment(environment);
        using var browser = Browser(web);

        using var response = await browser.GetAsync("/js/pipeline-status.js");
        using var again = new HttpRequestMessage(HttpMethod.Get, "/js/pipeline-status.js");
        again.Headers.IfNoneMatch.Add(Assert.IsType<EntityTagHeaderValue>(response.Headers.ETag));
        using var unchanged = await browser.SendAsync(again);

        Assert.Equal("text/javascript", response.Content.Headers.ContentType?.MediaType);
        await AssertCompressedAsync(response, "isSSEStatusEnabled");
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task TheScriptOfAPageIsCompressedAndMayBeKeptForEver(string environment)
    {
        await using var web = InEnvironment(environment);
        using var browser = Browser(web);
        var page = await DecompressedAsync(await browser.GetAsync("/"));

        var script = Assert.Single(Scripts().Matches(page)).Groups["path"].Value;
        using var response = await browser.GetAsync(script);

        Assert.Matches(@"^/js/list\.\w+\.js$", script);
        Assert.Contains("""<link rel="modulepreload" href="/js/pipeline-status.js">""", page, StringComparison.Ordinal);
        Assert.Contains("immutable", response.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
        await AssertCompressedAsync(response, "./pipeline-status.js");
    }

    [Theory]
    [InlineData("gzip;q=0", null)]
    [InlineData("br;q=0", null)]
    [InlineData("identity;q=0", null)]
    [InlineData("*;q=0", null)]
    [InlineData("gzip;q=0, identity", null)]
    [InlineData("gzip;q=0.000, br;q=0, deflate;q=0", null)]
    [InlineData("GZIP;Q=0", null)]
    [InlineData("identity;q=0, gzip", "gzip")]
    [InlineData("br;q=0, gzip;q=0.001", "gzip")]
    [InlineData("gzip;q=0, gzip;q=1", "gzip")]
    [InlineData("gzip;q=nonsense", null)]
    [InlineData(";;q=0,,", null)]
    public async Task AnAssetIsServedWhateverEncodingsAClientRefuses(string accepted, string? served)
    {
        await using var web = WebUnderTest.InFrontOf(Bounds.DeadAddress());
        using var browser = web.Browser();
        browser.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Encoding", accepted);

        foreach (var asset in new[] { "/js/pipeline-status.js", "/css/site.css", "/favicon.svg" })
        {
            using var response = await browser.GetAsync(asset);

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(served, response.Content.Headers.ContentEncoding.SingleOrDefault());
        }
    }

    private static WebUnderTest InEnvironment(string environment) =>
        WebUnderTest.InFrontOf(Bounds.DeadAddress(), (HostDefaults.EnvironmentKey, environment));

    /// <summary>A client that takes compressed answers and leaves them as they are.</summary>
    private static HttpClient Browser(WebUnderTest web)
    {
        var browser = web.Browser();
        browser.DefaultRequestHeaders.AcceptEncoding.ParseAdd("gzip");
        return browser;
    }

    private static async Task AssertCompressedAsync(HttpResponseMessage response, string part)
    {
        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
        var length = (await response.Content.ReadAsByteArrayAsync()).Length;
        var text = await DecompressedAsync(response);
        Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.True(length < text.Length / 2, $"{text.Length} characters travel as {length} bytes.");
    }

    private static async Task<string> DecompressedAsync(HttpResponseMessage response)
    {
        var content = await response.Content.ReadAsStreamAsync();
        await using var plain = response.Content.Headers.ContentEncoding.Count == 0
            ? content
            : new GZipStream(content, CompressionMode.Decompress);
        using var reader = new StreamReader(plain);
        return await reader.ReadToEndAsync();
    }

    [GeneratedRegex("""<script type="module" src="(?<path>[^"]+)">""", RegexOptions.None, 1000)]
    private static partial Regex Scripts();
}
