using System.Reflection;

namespace PipelineAspire.AppHost;

/// <summary>Projects of a run with nothing between them and who talks to them: no <c>dotnet run</c>, no proxy, no TLS.</summary>
internal static class DirectLaunch
{
    private static readonly string OutputPath = typeof(DirectLaunch).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == nameof(OutputPath)).Value!;

    /// <summary>
    /// For a web project: its own executable, at a port of its own, by plain HTTP. The orchestrator's proxy would hold the
    /// connections of a process that is gone, and a development certificate would be missed by everybody.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithDirectLaunch(this IResourceBuilder<ProjectResource> project) =>
        project.ApplicationBuilder.ExecutionContext.IsPublishMode
            ? project
            : project.WithEndpoint("http", endpoint => endpoint.IsProxied = false).WithoutHttpsCertificate().WithBuiltExecutable();

    /// <summary>
    /// Starts what was built together with the AppHost. Without it the orchestrator runs <c>dotnet run</c> for each, which
    /// costs more than the service's own start and stands between the service and the signal to stop.
    /// </summary>
    public static IResourceBuilder<TProject> WithBuiltExecutable<TProject>(this IResourceBuilder<TProject> project)
        where TProject : ProjectResource
    {
        var path = project.Resource.GetProjectMetadata().ProjectPath;
        var folder = Path.GetDirectoryName(path)!;
        var executable = Path.Combine(folder, OutputPath, Path.GetFileNameWithoutExtension(path) + (OperatingSystem.IsWindows() ? ".exe" : ""));

        // Built elsewhere (one output folder for all, say), it is left to dotnet run.
        return File.Exists(executable)
            ? project.WithAnnotation(new ExecutableAnnotation { Command = executable, WorkingDirectory = folder })
            : project;
    }
}
