namespace PipelineAspire.AppHost;

/// <summary>The backend whose pipelines are shown.</summary>
/// <param name="Address">Its base URL.</param>
/// <param name="Fake">The resource, when it is FakePipelineBackend; null when it is yours.</param>
internal sealed record PipelineBackend(ReferenceExpression Address, IResourceBuilder<ProjectResource>? Fake);

internal static class PipelineBackendBuilderExtensions
{
    private const string Setting = "Backend";
    private const string Fake = "fake";

    /// <summary>What the fake's pipelines may be asked for.</summary>
    private static readonly string[] FakeActions = ["stop", "resume", "pause", "terminate"];

    /// <summary>What the fake says of running pipelines beside their status, and how often it changes.</summary>
    private static readonly string[] FakeFields = ["rows_per_second", "lag_seconds"];
    private const string FakeFieldsInterval = "00:00:05";

    /// <summary>
    /// By <c>--Backend</c>: <c>fake</c> (FakePipelineBackend, the default of a run) or the URL of one of your own. What is
    /// published asks for it, as the parameter <c>{name}-url</c>.
    /// </summary>
    /// <exception cref="DistributedApplicationException"><c>--Backend</c> is neither.</exception>
    public static PipelineBackend AddPipelineBackend(this IDistributedApplicationBuilder builder, string name)
    {
        var setting = builder.Configuration[Setting] ?? (builder.ExecutionContext.IsRunMode ? Fake : null);
        if (setting is null) return new PipelineBackend(ReferenceExpression.Create($"{builder.AddParameter($"{name}-url")}"), null);
        if (!setting.Equals(Fake, StringComparison.OrdinalIgnoreCase))
        {
            return Uri.TryCreate(setting, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
                ? new PipelineBackend(ReferenceExpression.Create($"{url.AbsoluteUri}"), null)
                : throw new DistributedApplicationException($"--{Setting} must be {Fake} or an http or https URL, not '{setting}'.");
        }

        var fake = builder.AddProject<Projects.FakePipelineBackend>(name)
            .WithDirectLaunch()
            .WithHttpHealthCheck("/health")
            .WithEnvironment("FakeBackend__FieldsInterval", FakeFieldsInterval)
            .WithUrlForEndpoint("http", url => url.DisplayText = "Fake backend")
            .WithBackendDemos();
        return new PipelineBackend(ReferenceExpression.Create($"{fake.GetEndpoint("http")}"), fake);
    }

    /// <summary>Reads that backend, which may still be starting.</summary>
    public static IResourceBuilder<ProjectResource> WithBackend(this IResourceBuilder<ProjectResource> project, PipelineBackend backend) =>
        backend.Fake is { } fake ? project.WithBackend(fake) : project.WithBackend(backend.Address);

    /// <summary>Passes on the fields of the fake. A backend of your own has its own, set for the replicas by the usual means.</summary>
    public static IResourceBuilder<ProjectResource> WithBackendFields(this IResourceBuilder<ProjectResource> project, PipelineBackend backend) =>
        backend.Fake is null ? project : project.WithBackendFields(FakeFields);

    /// <summary>Offers the actions of the fake. A backend of your own has its own, set for the replicas by the usual means.</summary>
    public static IResourceBuilder<ProjectResource> WithBackendActions(this IResourceBuilder<ProjectResource> project, PipelineBackend backend)
    {
        if (backend.Fake is null) return project;
        foreach (var action in FakeActions) project.WithBackendAction(action, $"/pipeline/{{id}}/{action}");
        return project;
    }
}
