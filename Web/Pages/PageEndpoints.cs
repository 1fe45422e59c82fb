namespace PipelineAspire.Web.Pages;

/// <summary>The pages, which are looked at and nothing else.</summary>
internal static class PageEndpoints
{
    private const string Error = "error";

    /// <summary>Maps them, and the page for what does not exist. Methods other than GET and HEAD get 405: a page without its handler has nothing to show.</summary>
    public static void MapPages(this WebApplication app)
    {
        app.MapRazorPages().WithStaticAssets().Add(OnlyLook);
        app.MapFallbackToPage("/NotFound").Add(OnlyLook);
    }

    /// <summary>The page of errors stands in for requests of any method.</summary>
    private static void OnlyLook(EndpointBuilder endpoint)
    {
        if (endpoint is RouteEndpointBuilder { RoutePattern.RawText: Error }) return;
        endpoint.Metadata.Add(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]));
    }
}
