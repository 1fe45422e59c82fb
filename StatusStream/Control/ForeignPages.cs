using PipelineAspire.HttpDefaults;

namespace PipelineAspire.StatusStream.Control;

/// <summary>No page of another site may press a button here: a browser would send its POST without asking first.</summary>
internal static class ForeignPages
{
    public static ValueTask<object?> RefuseAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        return HttpMethods.IsPost(request.Method) && RequestOrigin.IsForeign(request)
            ? ValueTask.FromResult<object?>(TypedResults.Problem("Pages of another origin control nothing here.", statusCode: StatusCodes.Status403Forbidden))
            : next(context);
    }
}
