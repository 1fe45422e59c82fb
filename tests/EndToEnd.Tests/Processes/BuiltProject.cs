using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace PipelineAspire.EndToEnd.Tests.Processes;

/// <summary>A project of the solution, as the build of these tests built it.</summary>
internal sealed record BuiltProject(string Name)
{
    public static readonly BuiltProject AppHost = new("AppHost");
    public static readonly BuiltProject FakePipelineBackend = new("FakePipelineBackend");
    public static readonly BuiltProject StatusStreamApi = new("StatusStream.Api");
    public static readonly BuiltProject Web = new("Web");

    private static readonly string Dotnet = FindDotnet();

    private string Folder => Path.Combine(Metadata("Repository"), Name);

    /// <summary>How to start it: in its own folder, with standard input, output and error in our hands.</summary>
    /// <param name="settings">Environment variables.</param>
    public ProcessStartInfo Command(IReadOnlyDictionary<string, string> settings)
    {
        var assembly = Path.Combine(Folder, Metadata("BuildOutput"), Name + ".dll");
        if (!File.Exists(assembly)) throw new FileNotFoundException($"{assembly} is missing: build the solution first.");

        var start = new ProcessStartInfo(Dotnet, [assembly])
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in settings) start.Environment[name] = value;
        return start;
    }

    private static string Metadata(string key) => typeof(BuiltProject).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == key).Value!;

    private static string FindDotnet()
    {
        var besideTheRuntime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        return File.Exists(besideTheRuntime) ? besideTheRuntime : "dotnet";
    }
}
