using Microsoft.AspNetCore.Http;

namespace PipelineAspire.HttpDefaults;

/// <summary>Whose page sent a request, as far as browsers say it. What is no browser says nothing.</summary>
public static class RequestOrigin
{
    /// <summary>True when a browser says that a page of another origin sent this.</summary>
    public static bool IsForeign(HttpRequest request) => FetchSite(request) is "cross-site" or "same-site" || HasOtherOrigin(request);

    /// <summary>True when a browser says that a page of this origin sent this.</summary>
    public static bool IsOwn(HttpRequest request) => !IsForeign(request) && (FetchSite(request) == "same-origin" || request.Headers.Origin.Count > 0);

    private static string FetchSite(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString();

    /// <summary>The host decides, not the scheme: a proxy in front may have ended TLS.</summary>
    private static bool HasOtherOrigin(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0) return false;
        return !Uri.TryCreate(origin, UriKind.Absolute, out var uri) || !string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);
    }
}
