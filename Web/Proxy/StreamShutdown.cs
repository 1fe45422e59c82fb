namespace PipelineAspire.Web.Proxy;

/// <summary>Ends open streams when the host stops. Kestrel alone would wait for them until its patience is over.</summary>
internal sealed class StreamShutdown(IHostApplicationLifetime lifetime)
{
    public async Task EndStreamsAsync(HttpContext context, Func<Task> next)
    {
        if (context.GetReverseProxyFeature().Route.Config.RouteId != ProxyConfiguration.StreamRoute)
        {
            await next();
            return;
        }

        var client = context.RequestAborted;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(client, lifetime.ApplicationStopping);
        context.RequestAborted = either.Token;
        try
        {
            await next();
        }
        finally
        {
            context.RequestAborted = client;
        }
    }
}
