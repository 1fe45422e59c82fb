using System.Net;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace PipelineAspire.Web.Proxy;

/// <summary>
/// A GET that one replica cannot serve (no connection, silence, or 503: full or draining) goes to the next one, as long
/// as there is one left; the last answer is the client's. So does a watch request for a stream that the replica does not have and,
/// while replicas cannot ask each other, finds nowhere; its revision keeps it from being made twice. What else is no GET is never
/// repeated: it may have been received.
/// </summary>
internal sealed class Failover(ReplicaWatch watch)
{
    private static readonly object MayTryAnother = new();
    private static readonly object Refused = new();

    public async Task TryEachReplicaOnceAsync(HttpContext context, Func<Task> next)
    {
        var proxy = context.GetReverseProxyFeature();
        var isWatch = WatchRequests.Is(context.Request);
        if (isWatch && !await WatchRequests.TryKeepBodyAsync(context)) return;
        if (!isWatch && !HttpMethods.IsGet(context.Request.Method))
        {
            // Where there is no other replica there is nothing to save by giving up.
            if (proxy.AvailableDestinations.Count > 1) await ReplicaAttempt.RunAsync(context, watch, next);
            else await next();
            return;
        }

        var left = proxy.AvailableDestinations.ToList();
        while (true)
        {
            context.Items.Remove(Refused);
            if (isWatch) context.Request.Body.Position = 0;
            context.Items[MayTryAnother] = left.Count > 1;
            proxy.AvailableDestinations = left;
            var isSilent = false;
            if (left.Count > 1) isSilent = await ReplicaAttempt.RunAsync(context, watch, next);
            else await next();

            var tried = proxy.ProxiedDestination;
            var failed = isSilent || context.Items.ContainsKey(Refused) || context.GetForwarderErrorFeature()?.Error == ForwarderError.Request;
            if (!failed || tried is null || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested) return;

            left = [.. left.Where(destination => destination != tried)];
            if (left.Count == 0) return;
            context.Features.Set<IForwarderErrorFeature>(null);
            context.Response.Clear();
        }
    }

    /// <summary>Keeps a refusal from being passed on while another replica may do better.</summary>
    public static ValueTask HoldBackRefusalAsync(ResponseTransformContext transform)
    {
        var context = transform.HttpContext;
        var isRefusal = transform.ProxyResponse?.StatusCode == HttpStatusCode.ServiceUnavailable
            || (transform.ProxyResponse?.StatusCode == HttpStatusCode.NotFound && WatchRequests.Is(context.Request));
        if (isRefusal && context.Items[MayTryAnother] is true)
        {
            context.Items[Refused] = true;
            transform.SuppressResponseBody = true;
        }

        return ValueTask.CompletedTask;
    }
}
