using Xunit.Abstractions;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>What the first view of a page costs over a slow line; how long it took is printed, for people.</summary>
[Collection(PagesCollection.Name)]
public sealed class FirstViewTests(PagesSystem pages, ITestOutputHelper output)
{
    private const long MostBytesOfScripts = 28 * 1024;

    [Theory]
    [InlineData("/")]
    [InlineData("/pipelines/orders")]
    public async Task APageLoadsTheLibraryAndOneScriptAtOnceAndCompressed(string path)
    {
        await WarmUpAsync(path);
        await using var visitor = await pages.Browser.VisitAsync(pages.System.Web.Address);

        var view = await FirstView.OpenAsync(visitor.Page, path);

        output.WriteLine($"{path}: {view}");
        Assert.InRange(view.Scripts.Count, 1, 2);
        Assert.Equal(1, view.LevelsOfScripts);
        Assert.All(view.Scripts, script => Assert.Contains(script.Headers["Content-Encoding"], (string[])["br", "gzip"]));
        Assert.InRange(view.Scripts.Sum(script => script.Bytes), 1, MostBytesOfScripts);
        Assert.Empty(visitor.Complaints);
    }

    /// <summary>A server's first answers take longer than all others; they are not what is looked at.</summary>
    private async Task WarmUpAsync(string path)
    {
        await using var earlier = await pages.Browser.VisitAsync(pages.System.Web.Address);
        await earlier.Page.GotoAsync(path);
        await earlier.Page.ExpectStateAsync("connected");
    }
}
