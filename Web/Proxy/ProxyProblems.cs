using System.Globalization;
using Yarp.ReverseProxy.Forwarder;

namespace PipelineAspire.Web.Proxy;

/// <summary>Says in problem details what the proxy itself could not do.</summary>
internal static class ProxyProblems
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    public static async Task DescribeAsync(HttpContext context, Func<Task> next)
    {
        await next();

        var error = context.GetForwarderErrorFeature()?.Error;
        if (error is null or ForwarderError.None || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
            return;

        context.Response.Clear();
        if (error is ForwarderError.NoAvailableDestinations or ForwarderError.Request)
        {
            context.Response.Headers.RetryAfter = RetryAfter.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            await Problem(StatusCodes.Status503ServiceUnavailable, "No replica of the status service can be reached.");
        }
        else if (error is ForwarderError.RequestTimedOut or ForwarderError.RequestCanceled)
        {
            await Problem(StatusCodes.Status504GatewayTimeout, "The status service took too long to answer.");
        }
        else
        {
            await Problem(StatusCodes.Status502BadGateway, "The status service gave no usable answer.");
        }

        Task Problem(int status, string detail) => Results.Problem(detail, statusCode: status).ExecuteAsync(context);
    }
}
