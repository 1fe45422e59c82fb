using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Hubs of pipeline statuses: projects with the package StatusStream, which call <c>builder.AddStatusStream()</c> and <c>app.MapStatusStream()</c>.</summary>
public static class StatusStreamBuilderExtensions
{
    private const string Http = "http";
    private const string HealthPath = "/health";
    private const string BackendVariable = "PipelineBackend__BaseUrl";
    private const string FieldVariable = "PipelineBackend__Fields__";
    private const string ActionVariable = "PipelineBackend__Actions__";
    private const string UpstreamVariable = "StatusStream__Upstream";

    /// <summary>
    /// Adds a hub, which is ready when its <c>/health</c> says so. With a reference to a Redis that is called <c>redis</c> all hubs that have it share
    /// one poll loop.
    /// </summary>
    /// <typeparam name="TProject">Its project.</typeparam>
    /// <param name="builder">The AppHost.</param>
    /// <param name="name">What others find it by, and what the backend is told.</param>
    /// <param name="configure">How the project is taken in: its launch profile, say.</param>
    public static IResourceBuilder<ProjectResource> AddStatusStream<TProject>(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, Action<ProjectResourceOptions>? configure = null)
        where TProject : IProjectMetadata, new()
    {
        ArgumentNullException.ThrowIfNull(builder);
        var hub = builder.AddProject<TProject>(name, configure ?? (static _ => { }));
        if (!hub.Resource.Annotations.OfType<EndpointAnnotation>().Any()) hub.WithHttpEndpoint(name: Http); // without a launch profile
        return hub.WithHttpHealthCheck(HealthPath);
    }

    /// <summary>Has the hub read a backend, which may still be starting: failed reads are an episode that ends by itself.</summary>
    /// <param name="hub">The hub.</param>
    /// <param name="backend">Answers <c>GET /pipeline/{id}/health</c>, or what <c>PipelineBackend:HealthPath</c> says.</param>
    /// <param name="endpointName">Which of its endpoints. Default <c>http</c>.</param>
    public static IResourceBuilder<ProjectResource> WithBackend(
        this IResourceBuilder<ProjectResource> hub, IResourceBuilder<IResourceWithEndpoints> backend, string endpointName = Http)
    {
        ArgumentNullException.ThrowIfNull(backend);
        return hub.WithBackend(ReferenceExpression.Create($"{backend.GetEndpoint(endpointName)}"))
            .WithReferenceRelationship(backend)
            .WaitForStart(backend);
    }

    /// <summary>Has the hub read a backend that is no resource of the AppHost, or not at the root of one.</summary>
    /// <param name="hub">The hub.</param>
    /// <param name="address">Its base URL; a path in it is kept.</param>
    public static IResourceBuilder<ProjectResource> WithBackend(this IResourceBuilder<ProjectResource> hub, ReferenceExpression address)
    {
        ArgumentNullException.ThrowIfNull(hub);
        return hub.WithEnvironment(BackendVariable, address);
    }

    /// <summary>Names properties of the backend's answers that streams may carry beside the status.</summary>
    /// <param name="hub">The hub.</param>
    /// <param name="fields">The properties.</param>
    public static IResourceBuilder<ProjectResource> WithBackendFields(this IResourceBuilder<ProjectResource> hub, params IEnumerable<string> fields)
    {
        ArgumentNullException.ThrowIfNull(hub);
        foreach (var (index, field) in fields.Index()) hub.WithEnvironment(FieldVariable + index.ToString(CultureInfo.InvariantCulture), field);
        return hub;
    }

    /// <summary>Offers an action, which is passed to the backend.</summary>
    /// <param name="hub">The hub.</param>
    /// <param name="action">What it is called: <c>stop</c>, say.</param>
    /// <param name="path">Where the backend takes it: <c>/pipeline/{id}/stop</c>, say.</param>
    public static IResourceBuilder<ProjectResource> WithBackendAction(this IResourceBuilder<ProjectResource> hub, string action, string path)
    {
        ArgumentNullException.ThrowIfNull(hub);
        return hub.WithEnvironment(ActionVariable + action, path);
    }

    /// <summary>Makes the hub a relay: it passes another's stream on, and reads neither a backend nor a Redis.</summary>
    /// <param name="hub">The hub.</param>
    /// <param name="upstream">The hub whose stream it is.</param>
    /// <param name="endpointName">Which of its endpoints. Default <c>http</c>.</param>
    public static IResourceBuilder<ProjectResource> WithUpstream(
        this IResourceBuilder<ProjectResource> hub, IResourceBuilder<IResourceWithEndpoints> upstream, string endpointName = Http)
    {
        ArgumentNullException.ThrowIfNull(hub);
        ArgumentNullException.ThrowIfNull(upstream);
        return hub.WithEnvironment(UpstreamVariable, upstream.GetEndpoint(endpointName))
            .WithReferenceRelationship(upstream)
            .WaitForStart(upstream);
    }
}
