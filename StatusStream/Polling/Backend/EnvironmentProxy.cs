namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>The proxy that variables of the environment (<c>http_proxy</c>, <c>no_proxy</c>) put before the backend: it is easily forgotten.</summary>
internal static class EnvironmentProxy
{
    /// <summary>What to add to the words about a failure; empty when nothing stands before the address.</summary>
    public static string Words(Uri address)
    {
        var proxy = HttpClient.DefaultProxy;
        if (proxy.IsBypassed(address) || proxy.GetProxy(address) is not { } before || before == address) return "";
        // Its name and password are nobody's business.
        return $" (asked through {before.Host}:{before.Port}, the proxy of the environment; no_proxy takes hosts out)";
    }
}
