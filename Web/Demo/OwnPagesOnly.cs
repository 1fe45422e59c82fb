using PipelineAspire.HttpDefaults;

namespace PipelineAspire.Web.Demo;

/// <summary>No other site may press a button: a browser says on every POST whose page sent it, and ours alone counts.</summary>
internal static class OwnPagesOnly
{
    public static ValueTask<object?> CheckAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        var mayPass = HttpMethods.IsGet(request.Method) ? !RequestOrigin.IsForeign(request) : RequestOrigin.IsOwn(request);
        return mayPass
            ? next(context)
            : ValueTask.FromResult<object?>(TypedResults.Problem("Only the demo page itself presses these buttons.", statusCode: StatusCodes.Status403Forbidden));
    }
}
