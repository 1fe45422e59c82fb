using PipelineAspire.StatusStream.Connections;

namespace PipelineAspire.Web.Proxy;

/// <summary>Refuses streams beyond those that this process has descriptors for: each takes two, the browser's connection and the replica's.</summary>
internal sealed class StreamCapacity(ConnectionLimits limits)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private int _open;

    public async Task LimitStreamsAsync(HttpContext context, Func<Task> next)
    {
        if (context.GetReverseProxyFeature().Route.Config.RouteId != ProxyConfiguration.StreamRoute)
        {
            await next();
            return;
        }

        try
        {
            if (Interlocked.Increment(ref _open) <= limits.Streams)
            {
                await next();
                return;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }

        FullService.Refuse(context, RetryAfter);
        await Results.Problem("This server passes as many streams on as it may.", statusCode: StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
    }
}
