using Microsoft.AspNetCore.Routing.Template;

namespace PipelineAspire.Web.Hub;

/// <summary>What nothing answers under <c>/ui-api</c> is refused in problem details: the page for what does not exist is for people.</summary>
internal static class HubFallback
{
    /// <summary>Maps it: 405 where other methods are answered, else 404.</summary>
    public static void MapHubFallback(this IEndpointRouteBuilder endpoints) => endpoints.Map("/ui-api/{**rest}", Refuse).ExcludeFromDescription();

    private static IResult Refuse(HttpContext context, EndpointDataSource endpoints)
    {
        var allowed = endpoints.Endpoints.OfType<RouteEndpoint>()
            .Where(static endpoint => endpoint.Order < int.MaxValue) // no fallback, which answers anything
            .Where(endpoint => new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []).TryMatch(context.Request.Path, []))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        if (allowed.Length == 0) return Results.Problem(statusCode: StatusCodes.Status404NotFound);
        context.Response.Headers.Allow = string.Join(", ", allowed);
        return Results.Problem(statusCode: StatusCodes.Status405MethodNotAllowed);
    }
}
