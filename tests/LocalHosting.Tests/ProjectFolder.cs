using PipelineAspire.LocalHosting.Planning;

namespace PipelineAspire.LocalHosting.Tests;

/// <summary>A folder that looks like a built project.</summary>
internal sealed class ProjectFolder : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("localhosting-");

    /// <summary>Adds a project and returns the path of its file.</summary>
    /// <param name="name">Of the project.</param>
    /// <param name="profiles">What stands between the braces of <c>profiles</c>; null for no launchSettings.json.</param>
    /// <param name="built">Whether there is an assembly.</param>
    public string Add(string name, string? profiles = null, bool built = true)
    {
        var directory = _root.CreateSubdirectory(name);
        var project = Write(directory.FullName, $"{name}.csproj", "<Project />");
        if (built) CreateAssembly(project);
        if (profiles is not null)
            Write(directory.CreateSubdirectory("Properties").FullName, "launchSettings.json", $"{{ \"profiles\": {{ {profiles} }} }}");
        return project;
    }

    public static string Profile(string name, string url, string environment = "") =>
        $$"""
        "{{name}}": { "commandName": "Project", "applicationUrl": "{{url}}", "environmentVariables": { {{environment}} } },
        """;

    public void Dispose() => _root.Delete(recursive: true);

    private static void CreateAssembly(string project)
    {
        var output = BuildOutput.Like(typeof(ProjectFolder).Assembly);
        var directory = Path.Combine(Path.GetDirectoryName(project)!, "bin", output.Configuration, output.Framework);
        Write(Directory.CreateDirectory(directory).FullName, $"{Path.GetFileNameWithoutExtension(project)}.dll", "");
    }

    private static string Write(string directory, string name, string text)
    {
        var path = Path.Combine(directory, name);
        File.WriteAllText(path, text);
        return path;
    }
}
