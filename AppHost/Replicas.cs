using System.Globalization;
using Aspire.Hosting.Publishing;

namespace PipelineAspire.AppHost;

/// <summary>
/// Replicas of one hub, each with an address of its own (docs/adr/0007): whoever balances them knows them all, and sees
/// it at once when one is gone.
/// </summary>
/// <param name="Service">The name they have in common.</param>
/// <param name="Resources">One for each; in what is published, one for all.</param>
internal sealed record Replicas(string Service, IReadOnlyList<IResourceBuilder<ProjectResource>> Resources);

internal static class ReplicasBuilderExtensions
{
    /// <summary>Adds <c>{name}-1</c> to <c>{name}-{count}</c> to a run, and one resource with that many replicas to what is published.</summary>
    public static Replicas AddReplicas<TProject>(
        this IDistributedApplicationBuilder builder, string name, int count, Action<IResourceBuilder<ProjectResource>> configure)
        where TProject : IProjectMetadata, new()
    {
        List<IResourceBuilder<ProjectResource>> resources = builder.ExecutionContext.IsPublishMode
            ? [AddService<TProject>(builder, name, count)]
            : [.. Enumerable.Range(1, count).Select(number => AddReplica<TProject>(builder, name, number))];
        resources.ForEach(configure);
        return new Replicas(name, resources);
    }

    /// <summary>Finds the replicas by service discovery, each by its own address.</summary>
    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> project, Replicas replicas)
    {
        if (project.ApplicationBuilder.ExecutionContext.IsPublishMode) return project.WithReference(replicas.Resources[0]);

        foreach (var (index, replica) in replicas.Resources.Index())
        {
            project
                .WithEnvironment(string.Create(CultureInfo.InvariantCulture, $"services__{replicas.Service}__http__{index}"), replica.GetEndpoint("http"))
                .WithReferenceRelationship(replica)
                .WaitForStart(replica);
        }

        return project;
    }

    private static IResourceBuilder<ProjectResource> AddService<TProject>(IDistributedApplicationBuilder builder, string name, int count)
        where TProject : IProjectMetadata, new()
    {
        var service = builder.AddStatusStream<TProject>(name).WithReplicas(count);
        return service.WithManifestPublishingCallback(manifest => WriteAsync(manifest, service.Resource));
    }

    /// <summary>As Aspire writes a project, and the number of replicas, which it leaves out.</summary>
    private static async Task WriteAsync(ManifestPublishingContext manifest, ProjectResource project)
    {
        manifest.Writer.WriteString("type", "project.v0");
        manifest.Writer.WriteString("path", manifest.GetManifestRelativePath(project.GetProjectMetadata().ProjectPath));
        manifest.Writer.WriteNumber("replicas", project.GetReplicaCount());
        await manifest.WriteEnvironmentVariablesAsync(project);
        manifest.WriteBindings(project);
    }

    private static IResourceBuilder<ProjectResource> AddReplica<TProject>(IDistributedApplicationBuilder builder, string service, int number)
        where TProject : IProjectMetadata, new()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{service}-{number}");
        return builder.AddStatusStream<TProject>(name, project => project.ExcludeLaunchProfile = true)
            .WithEndpoint("http", endpoint => endpoint.Port = FreePort.Take())
            .WithDirectLaunch()
            .WithEnvironment("ASPNETCORE_ENVIRONMENT", builder.Environment.EnvironmentName)
            .WithUrlForEndpoint("http", url => url.DisplayText = "Status stream")
            // Web is here, too: what it says of its clients' addresses is true.
            .WithEnvironment("ForwardedHeaders__KnownProxies__0", "127.0.0.1")
            .WithEnvironment("ForwardedHeaders__KnownProxies__1", "::1")
            .WithEnvironment("StatusStream__InstanceName", name);
    }
}
