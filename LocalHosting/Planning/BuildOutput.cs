using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Aspire.Hosting;

namespace PipelineAspire.LocalHosting.Planning;

/// <summary>Where the built projects are: <c>bin/{configuration}/{framework}</c> of each, as the AppHost itself was built.</summary>
internal sealed record BuildOutput(string Configuration, string Framework)
{
    /// <summary>The <c>dotnet</c> of the running runtime, so that services run on the one the AppHost runs on.</summary>
    public static string DotnetExecutable { get; } = FindDotnet();

    public static BuildOutput Like(Assembly appHost)
    {
        var configuration = appHost.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration ?? "Debug";
        var framework = new FrameworkName(
            appHost.GetCustomAttribute<TargetFrameworkAttribute>()?.FrameworkName ?? AppContext.TargetFrameworkName ?? ".NETCoreApp,Version=v10.0");
        return new BuildOutput(configuration, $"net{framework.Version.Major}.{framework.Version.Minor}");
    }

    /// <exception cref="DistributedApplicationException">The project does not exist or was not built so.</exception>
    public string AssemblyOf(string projectPath)
    {
        if (!File.Exists(projectPath)) throw new DistributedApplicationException($"There is no project {projectPath}.");

        var assembly = Path.Combine(
            Path.GetDirectoryName(projectPath)!, "bin", Configuration, Framework, Path.GetFileNameWithoutExtension(projectPath) + ".dll");
        return File.Exists(assembly) ? assembly : throw new DistributedApplicationException(
            $"{assembly} is missing: build it with 'dotnet build {projectPath} -c {Configuration}'.");
    }

    private static string FindDotnet()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var besideTheRuntime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(besideTheRuntime) ? besideTheRuntime : name;
    }
}
