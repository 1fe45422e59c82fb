namespace PipelineAspire.StatusStream.Backplane.Upstream;

/// <summary>Limits are a client's own, whichever hub it is at: the hub upstream is told whom a request is for.</summary>
internal static class ForwardedClient
{
    private const string ForwardedFor = "X-Forwarded-For";

    /// <summary>Says that the request is for a client; what that one says of itself is dropped.</summary>
    public static HttpRequestMessage For(this HttpRequestMessage request, HttpContext? client)
    {
        if (client?.Connection.RemoteIpAddress is { } address) request.Headers.TryAddWithoutValidation(ForwardedFor, address.ToString());
        return request;
    }
}
