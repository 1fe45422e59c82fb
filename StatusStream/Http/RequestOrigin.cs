namespace PipelineAspire.StatusStream.Http;

/// <summary>Whose page sent a request, as far as browsers say it. What is no browser says nothing.</summary>
internal static class RequestOrigin
{
    private const string ForwardedHost = "X-Forwarded-Host";

    /// <summary>True when a browser says that a page of another origin sent this.</summary>
    public static bool IsForeign(HttpRequest request) => FetchSite(request) is "cross-site" or "same-site" || HasOtherOrigin(request);

    /// <summary>True when a browser says that a page of this origin sent this.</summary>
    public static bool IsOwn(HttpRequest request) => !IsForeign(request) && (FetchSite(request) == "same-origin" || request.Headers.Origin.Count > 0);

    private static string FetchSite(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString();

    /// <summary>
    /// The host decides, not the scheme: a proxy in front may have ended TLS. It may have changed the host, too, and is
    /// believed whoever it is: no page can send that header to another site without being asked for leave.
    /// </summary>
    private static bool HasOtherOrigin(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0) return false;
        return !Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            || !(IsHost(uri.Authority, request.Host.Value) || IsHost(uri.Authority, request.Headers[ForwardedHost].ToString()));
    }

    private static bool IsHost(string authority, string? host) => string.Equals(authority, host, StringComparison.OrdinalIgnoreCase);
}
