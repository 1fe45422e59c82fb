namespace PipelineAspire.Web.Account;

/// <summary>Pages, for who is signed in where people sign in; those that tell of nothing are for everybody.</summary>
internal static class PagesForPeople
{
    private const string Fallback = "/NotFound";
    private static readonly string[] ForEverybody = ["error", "not-found", "account/signed-out", "account/failed"];

    /// <summary>Maps all pages.</summary>
    public static void MapPages(this WebApplication app)
    {
        var pages = app.MapRazorPages().WithStaticAssets();
        app.MapFallbackToPage(Fallback);
        if (!app.Configuration.IsGuarded()) return;
        pages.Add(static endpoint =>
        {
            if (endpoint is RouteEndpointBuilder { RoutePattern.RawText: { } path } && ForEverybody.Contains(path.Trim('/'), StringComparer.OrdinalIgnoreCase)) return;
            endpoint.Metadata.Add(new Microsoft.AspNetCore.Authorization.AuthorizeAttribute());
        });
    }
}
