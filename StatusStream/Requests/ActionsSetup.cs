using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Access;
using PipelineAspire.StatusStream.Backplane.Upstream;
using PipelineAspire.StatusStream.Http;
using PipelineAspire.StatusStream.Polling.Backend;
using PipelineAspire.StatusStream.Streaming;

namespace PipelineAspire.StatusStream.Requests;

internal static class ActionsSetup
{
    private const string List = "/actions";
    private const string Prefix = "/{id}/";
    private const int MaxBodyBytes = 4096;

    /// <summary>Adds the actions of the backend, where that is read here.</summary>
    public static IServiceCollection AddActions(this IServiceCollection services) => services.AddTransient<PipelineActionEndpoint>();

    /// <summary>Maps the configured actions, one by one: what is not configured does not exist.</summary>
    public static void MapActions(this IEndpointRouteBuilder endpoints)
    {
        var actions = endpoints.ServiceProvider.GetRequiredService<IOptions<PipelineBackendOptions>>().Value.Actions;
        var offered = new OfferedActions([.. actions.Keys.Order(StringComparer.Ordinal)]);
        endpoints.MapGet(List, () => TypedResults.Json(offered, StatusJson.Default.OfferedActions))
            .WithSummary("The actions that pipelines may be asked for here; none unless they are configured.")
            .Produces<OfferedActions>();
        foreach (var (action, path) in actions) endpoints.MapAction(action, path);
    }

    /// <summary>The hub upstream knows which actions there are.</summary>
    public static void MapForwardedActions(this IEndpointRouteBuilder endpoints, UpstreamReplicas upstream)
    {
        Delegate list = (HttpContext context) => ForwardEndpoint.HandleAsync(context, upstream, List, MaxBodyBytes, mayRepeat: true);
        Delegate act = async (HttpContext context, string id, string action, PipelineAdmission admission) => IsReadAlone(id, action)
            ? Problems.NotToBePosted(context)
            : await admission.RefuseHiddenAsync(context, id) ?? await ForwardEndpoint.HandleAsync(
                context, upstream, $"/{Uri.EscapeDataString(id)}/{Uri.EscapeDataString(action)}", MaxBodyBytes, mayRepeat: false);
        endpoints.MapGet(List, list)
            .WithSummary("The actions that pipelines may be asked for here; none unless they are configured.")
            .Produces<OfferedActions>();
        endpoints.MapPost(Prefix + "{action}", act).Described("act on");
    }

    /// <summary>True for the paths of what is read here, which look like those of actions.</summary>
    private static bool IsReadAlone(string id, string action) =>
        $"/{id}/{action}" == StreamRequest.Path || $"{Prefix}{action}" == PipelineHealthEndpoint.Path;

    private static void MapAction(this IEndpointRouteBuilder endpoints, string action, string path)
    {
        endpoints.MapPost(Prefix + action, (HttpContext context, string id, PipelineActionEndpoint endpoint) => endpoint.HandleAsync(context, id, action, path))
            .Described(action);
    }

    private static void Described(this RouteHandlerBuilder endpoint, string action)
    {
        endpoint
            .AddEndpointFilter(new SameOriginFilter("Pages of another site ask for nothing here.", pagesOnly: false))
            .WithSummary($"Asks the backend to {action} a pipeline, which is read at once. Whether it was done, its status tells.")
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes)) // nobody reads it
            .Produces<AcceptedAction>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status502BadGateway)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout);
    }
}
