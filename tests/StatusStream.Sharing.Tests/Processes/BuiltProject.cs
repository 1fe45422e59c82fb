using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace PipelineAspire.StatusStream.Sharing.Tests.Processes;

/// <summary>A project of the solution, as the build of these tests built it.</summary>
internal sealed record BuiltProject(string Name)
{
    public static readonly BuiltProject FakePipelineBackend = new("FakePipelineBackend");
    public static readonly BuiltProject LocalRedis = new("LocalRedis");
    public static readonly BuiltProject StatusStreamApi = new("StatusStream.Api");

    private static readonly string Dotnet = FindDotnet();

    private string Folder => Path.Combine(Metadata("Repository"), Name);

    /// <summary>Starts it in its own folder. It ends when its standard input does: with this process, whatever ends that.</summary>
    /// <param name="settings">Environment variables.</param>
    public ChildProcess Start(IReadOnlyDictionary<string, string> settings)
    {
        var assembly = Path.Combine(Folder, Metadata("BuildOutput"), Name + ".dll");
        if (!File.Exists(assembly)) throw new FileNotFoundException($"{assembly} is missing: build the solution first.");
        var start = new ProcessStartInfo(Dotnet, [assembly]) { WorkingDirectory = Folder };
        foreach (var (name, value) in settings) start.Environment[name] = value;
        start.Environment["LOCALHOSTING_STDIN_LIFETIME"] = "1";
        return ChildProcess.Start(start);
    }

    private static string Metadata(string key) => typeof(BuiltProject).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == key).Value!;

    private static string FindDotnet()
    {
        var besideTheRuntime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        return File.Exists(besideTheRuntime) ? besideTheRuntime : "dotnet";
    }
}
