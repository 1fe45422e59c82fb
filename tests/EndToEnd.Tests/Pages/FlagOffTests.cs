namespace PipelineAspire.EndToEnd.Tests.Pages;

[Collection(PagesCollection.Name)]
public sealed class FlagOffTests(PagesSystem pages)
{
    private const string Counting =
        """
        window.streams = 0;
        window.EventSource = class extends EventSource {
          constructor(...given) {
            super(...given);
            window.streams++;
          }
        };
        """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WithTheFlagOffNoEventSourceIsEverMade(bool flag)
    {
        await pages.System.Backend.SetAsync("orders", "Running");
        await using var visitor = await pages.Browser.VisitAsync(flag ? pages.System.Web.Address : pages.Polling.Address);
        await visitor.Page.AddInitScriptAsync(Counting);
        await visitor.Page.GotoAsync("/pipelines/orders");
        await visitor.Page.ExpectFreshnessAsync("orders", "fresh");

        await visitor.Page.SetVisibilityAsync("hidden");
        await visitor.Page.ExpectFreshnessAsync("orders", "stale");
        await visitor.Page.SetVisibilityAsync("visible");
        await visitor.Page.EvaluateAsync("window.dispatchEvent(new Event('online'))");
        await visitor.Page.EvaluateAsync("document.dispatchEvent(new Event('resume'))");
        await visitor.Page.ExpectFreshnessAsync("orders", "fresh");

        var streams = await visitor.Page.EvaluateAsync<int>("window.streams");
        // With the flag on the same page makes some: the count counts.
        Assert.True(flag ? streams > 0 : streams == 0, $"{streams} EventSources");
    }
}
