using Microsoft.AspNetCore.Http.Features;

namespace PipelineAspire.Web.Proxy;

/// <summary>Requests to watch other pipelines on a stream, which only the replica that has the stream can make.</summary>
internal static class WatchRequests
{
    /// <summary>The largest body, in bytes; a replica takes no more either.</summary>
    public const int MaxBodyBytes = 1024 * 1024;

    private const string Path = "/ui-api/pipeline/status/stream/watch";

    /// <summary>True for such a request.</summary>
    public static bool Is(HttpRequest request) => HttpMethods.IsPost(request.Method) && request.Path.Equals(Path, StringComparison.OrdinalIgnoreCase);

    /// <summary>Keeps the body, so that it can be sent more than once; answers 413 and returns false when it is too large.</summary>
    public static async Task<bool> TryKeepBodyAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = MaxBodyBytes;
        try
        {
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            context.Request.Body = body;
            return true;
        }
        catch (BadHttpRequestException e)
        {
            await Results.Problem($"The body could not be read; at most {MaxBodyBytes} bytes are taken.", statusCode: e.StatusCode).ExecuteAsync(context);
            return false;
        }
    }
}
