using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Backplane.Upstream;
using PipelineAspire.StatusStream.Http;

namespace PipelineAspire.StatusStream.Requests;

internal static class RequestsSetup
{
    /// <summary>Adds what polls, lists and notifications need.</summary>
    public static IServiceCollection AddRequests(this IServiceCollection services)
    {
        services.AddOptions<NotifyOptions>().BindConfiguration(NotifyOptions.Section).ValidateOnStart();
        return services.AddSingleton<IValidateOptions<NotifyOptions>, NotifyOptionsValidator>();
    }

    /// <summary>Maps the request endpoints but the list and notifications, described by OpenAPI.</summary>
    public static void MapRequests(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(PipelineHealthEndpoint.Path, PipelineHealthEndpoint.HandleAsync)
            .WithSummary("One pipeline's health: the backend's JSON and the public status, from the shared statuses.")
            .Produces(StatusCodes.Status200OK, contentType: "application/json")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status502BadGateway)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout);
        endpoints.MapGet(StatusPollEndpoint.Path, StatusPollEndpoint.HandleAsync)
            .WithSummary("The statuses of many pipelines: pipelineIds=id1,id2. Those that no recent read vouches for are left out.")
            .Produces<StatusBatch>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        var upstream = endpoints.ServiceProvider.GetService<UpstreamReplicas>();
        if (upstream is null) endpoints.MapActions();
        else endpoints.MapForwardedActions(upstream);
    }

    /// <summary>Maps the list, which is at the prefix of all others: within a group its route would end in a slash.</summary>
    public static void MapList(this IEndpointRouteBuilder endpoints, string prefix)
    {
        endpoints.MapGet(prefix, PipelineListEndpoint.HandleAsync)
            .WithSummary("The backend's list of pipelines, at most one interval old.")
            .Produces(StatusCodes.Status200OK, contentType: "application/json")
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status502BadGateway)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout);
    }

    /// <summary>Maps notifications, which are the backend's and not people's. A relay stands where anybody may come by: without a key of its own it has none.</summary>
    public static void MapNotify(this IEndpointRouteBuilder endpoints)
    {
        var upstream = endpoints.ServiceProvider.GetService<UpstreamReplicas>();
        var key = endpoints.ServiceProvider.GetRequiredService<IOptions<NotifyOptions>>().Value.NotifyKey;
        if (upstream is not null && key is null) return;
        Delegate handle = upstream is null
            ? NotifyEndpoint.HandleAsync
            : (HttpContext context) => ForwardEndpoint.HandleAsync(context, upstream, NotifyEndpoint.Path, NotifyEndpoint.MaxBodyBytes, mayRepeat: true);
        var notify = endpoints.MapPost(NotifyEndpoint.Path, handle)
            .AddEndpointFilter(new SameOriginFilter("Pages of another site notify nobody here.", pagesOnly: false))
            .WithSummary("Look now: these pipelines have changed.")
            .WithMetadata(new RequestSizeLimitAttribute(NotifyEndpoint.MaxBodyBytes))
            .Accepts<NotifyBody>("application/json", "*/*") // whatever a simple client calls it
            .Produces(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden);
        if (key is not null) notify.AddEndpointFilter(new BearerKey(key, "Notifying needs the configured key as a bearer token."));
    }
}
