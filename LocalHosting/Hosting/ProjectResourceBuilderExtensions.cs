using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Projects.</summary>
public static class ProjectResourceBuilderExtensions
{
    /// <summary>Adds a project that the AppHost's build knows (<c>Projects.*</c>).</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new() => builder.AddProject(name, new TProject().ProjectPath);

    /// <summary>Adds a project by its path, absolute or from the AppHost's directory; it must have been built.</summary>
    public static IResourceBuilder<ProjectResource> AddProject(this IDistributedApplicationBuilder builder, string name, string projectPath)
    {
        var project = builder.AddResource(new ProjectResource(name));
        project.Resource.Annotations.Add(new ProjectPath(Path.GetFullPath(projectPath, builder.AppHostDirectory)));
        return project;
    }

    /// <summary>
    /// Runs the project as several processes, each on a free port of its own and each a destination of its own:
    /// <c>services__{name}__http__0</c>, <c>1</c>, … (Aspire puts its proxy before them, at one address.)
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(replicas);
        var annotations = builder.Resource.Annotations;
        if (annotations.OfType<ReplicaAnnotation>().FirstOrDefault() is { } before) annotations.Remove(before);
        annotations.Add(new ReplicaAnnotation(replicas));
        return builder;
    }

    private sealed record ProjectPath(string Path) : IProjectMetadata
    {
        string IProjectMetadata.ProjectPath => Path;
    }
}
