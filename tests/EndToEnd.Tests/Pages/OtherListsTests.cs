using System.Globalization;
using Microsoft.Playwright;
using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>Lists that are longer, wrapped, or of another kind than the usual: cases of the field.</summary>
public sealed class OtherListsTests : IAsyncLifetime
{
    private readonly ListBackend _backend = new();
    private Service _api = null!;
    private Service _web = null!;
    private Browser _browser = null!;

    public async Task InitializeAsync()
    {
        _api = new Service(BuiltProject.StatusStreamApi, new Dictionary<string, string>
        {
            ["PipelineBackend__BaseUrl"] = _backend.Address,
            ["PipelineBackend__ListItemsProperty"] = "data.items",
            ["StatusStream__PollInterval"] = "00:00:00.500",
            ["StatusStream__MaxPipelinesPerStream"] = "100",
        });
        _web = new Service(BuiltProject.Web, new Dictionary<string, string>
        {
            ["StatusStreamApi__BaseUrl"] = _api.Address.GetLeftPart(UriPartial.Authority),
            ["FeatureManagement__UseSseStatus"] = "true",
            ["SseManager__MaxPipelines"] = "100",
            ["StatusStream__PollInterval"] = "00:00:00.500",
            ["StatusStream__MaxPipelinesPerStream"] = "100",
        });
        await Task.WhenAll(_api.StartAsync(), _web.StartAsync());
        _browser = await Browser.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _web.DisposeAsync();
        await _api.DisposeAsync();
        _backend.Dispose();
    }

    [Fact]
    public async Task PipelinesWithNumbersForIdsAreShownAndStreamed()
    {
        _backend.List = """{"data":{"items":[{"pipeline_id":1,"pipeline_name":"One"},{"pipeline_id":2}]}}""";
        await using var visitor = await _browser.VisitAsync(_web.Address);

        await visitor.Page.GotoAsync("/");
        await visitor.Page.ExpectStatusAsync("1", "paused");
        await visitor.Page.ExpectFreshnessAsync("2", "fresh");
        await visitor.Page.GotoAsync("/pipelines/2");
        await visitor.Page.ExpectFreshnessAsync("2", "fresh");
        Assert.Empty(visitor.Complaints);
    }

    [Theory]
    [InlineData(320)]
    [InlineData(1280)]
    public async Task ANameWithoutAnyGapMakesNoPageWider(int width)
    {
        var id = new string('x', 128);
        _backend.List = $$$"""{"data":{"items":[{"pipeline_id":"{{{id}}}"}]}}""";
        var options = new BrowserNewContextOptions { ViewportSize = new() { Width = width, Height = 800 } };
        await using var visitor = await _browser.VisitAsync(_web.Address, options);

        foreach (var path in (string[])["/", $"/pipelines/{id}"])
        {
            await visitor.Page.GotoAsync(path);
            await visitor.Page.ExpectFreshnessAsync(id, "fresh");
            Assert.True(await visitor.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{path} is wider than the window.");
        }
    }

    [Fact]
    public async Task TheFilterChosenIsSeenInTheReadersOwnColours()
    {
        _backend.List = """{"data":{"items":[{"pipeline_id":"a"}]}}""";
        await using var visitor = await _browser.VisitAsync(_web.Address, new BrowserNewContextOptions { ForcedColors = ForcedColors.Active });
        await visitor.Page.GotoAsync("/");

        var outlines = await visitor.Page.Locator(".count").EvaluateAllAsync<string[]>("counts => counts.map(count => getComputedStyle(count).outlineStyle)");

        Assert.Equal("solid", Assert.Single(outlines, style => style != "none"));
    }

    [Fact]
    public async Task MorePipelinesThanTheServiceTakesAtOnceAllHaveTheirStatusInTheFirstPaint()
    {
        var items = Enumerable.Range(0, 150).Select(number => string.Create(CultureInfo.InvariantCulture, $$"""{"pipeline_id":"p-{{number}}"}"""));
        _backend.List = $$$"""{"data":{"items":[{{{string.Join(',', items)}}}]}}""";
        await using var visitor = await _browser.VisitAsync(_web.Address, new BrowserNewContextOptions { JavaScriptEnabled = false });

        await visitor.Page.GotoAsync("/");

        await Assertions.Expect(visitor.Page.Locator("tr[data-status='paused']")).ToHaveCountAsync(150);
    }

    [Fact]
    public async Task AListInAShapeThatNobodyUnderstandsIsNamedAndThePageComesByItselfOnceItIsRight()
    {
        _backend.List = """{"pipelines":[{"pipeline_id":"orders"}]}""";
        await using var visitor = await _browser.VisitAsync(_web.Address);
        await visitor.Page.GotoAsync("/");

        await Assertions.Expect(visitor.Page.Locator("main")).ToContainTextAsync(
            "The list of pipelines has another shape than expected: it has no 'data.items'; it is an object with pipelines, " +
            "see PipelineBackend:ListItemsProperty.");
        var isSamePage = await visitor.Page.EvaluateAsync<bool>("window.isSamePage = true");
        await visitor.Page.WaitForResponseAsync(response => response.Url.EndsWith("/ui-api/pipeline", StringComparison.Ordinal));
        Assert.Equal(isSamePage, await visitor.Page.EvaluateAsync<bool>("window.isSamePage === true")); // it asks, and does not reload
        _backend.List = """{"data":{"items":["orders"]}}""";

        await visitor.Page.ExpectStatusAsync("orders", "paused");
    }
}
