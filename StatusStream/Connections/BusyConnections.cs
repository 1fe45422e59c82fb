using System.Globalization;
using Microsoft.Extensions.Options;

namespace PipelineAspire.StatusStream.Connections;

/// <summary>
/// Marks the connections that serve a request, before anything else sees it, and refuses requests when all slots but
/// those for health are busy.
/// </summary>
internal sealed class BusyConnections(IOptions<ConnectionOptions> options) : IStartupFilter
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(MarkAsync);
        next(app);
    };

    private async Task MarkAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<ConnectionSlot>() is not { } slot)
        {
            await next(context);
        }
        else if (slot.TryBegin(options.Value.HealthPaths.Contains(context.Request.Path)))
        {
            try
            {
                await next(context);
            }
            finally
            {
                slot.End();
            }
        }
        else
        {
            FullService.Refuse(context, RetryAfter);
            await Results.Problem("All connections are busy.", statusCode: StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
        }
    }
}

/// <summary>How a service that is full says no.</summary>
internal static class FullService
{
    /// <summary>Says when to come back, and gives the connection's slot to somebody else. For the headers of a 503.</summary>
    public static void Refuse(HttpContext context, TimeSpan retryAfter)
    {
        context.Response.Headers.RetryAfter = Math.Ceiling(retryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (!HttpProtocol.IsHttp2(context.Request.Protocol) && !HttpProtocol.IsHttp3(context.Request.Protocol)) context.Response.Headers.Connection = "close";
    }
}
