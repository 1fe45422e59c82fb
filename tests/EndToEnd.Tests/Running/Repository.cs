using System.Reflection;

namespace PipelineAspire.EndToEnd.Tests.Running;

/// <summary>Files of the repository that the tests try as they are.</summary>
internal static class Repository
{
    private static readonly string Folder = typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(static data => data.Key == "SolutionDirectory").Value!;

    /// <summary>The path of a file.</summary>
    public static string File(params string[] parts) => Path.Combine([Folder, .. parts]);
}
