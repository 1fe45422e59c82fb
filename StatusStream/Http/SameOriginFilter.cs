namespace PipelineAspire.StatusStream.Http;

/// <summary>No page of another site may press a button here: a browser would send its POST without asking first.</summary>
/// <param name="detail">What a refused page is told.</param>
/// <param name="pagesOnly">True when only a browser's own pages may POST, and what is no browser may not.</param>
internal sealed class SameOriginFilter(string detail, bool pagesOnly) : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        return MayPass(request)
            ? next(context)
            : ValueTask.FromResult<object?>(TypedResults.Problem(detail, statusCode: StatusCodes.Status403Forbidden));
    }

    private bool MayPass(HttpRequest request)
    {
        if (pagesOnly) return HttpMethods.IsGet(request.Method) ? !RequestOrigin.IsForeign(request) : RequestOrigin.IsOwn(request);
        return !HttpMethods.IsPost(request.Method) || !RequestOrigin.IsForeign(request);
    }
}
