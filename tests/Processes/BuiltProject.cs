using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace PipelineAspire.Processes;

/// <summary>A project, as the build of the tests built it.</summary>
/// <param name="Name">What it is called, and its assembly.</param>
/// <param name="Parent">The folder that its own is in, seen from that of the solution.</param>
public sealed record BuiltProject(string Name, string Parent = "")
{
    public static readonly BuiltProject AppHost = new("AppHost");
    public static readonly BuiltProject DemoIdentity = new("DemoIdentity");
    public static readonly BuiltProject FakePipelineBackend = new("FakePipelineBackend");
    public static readonly BuiltProject LocalRedis = new("LocalRedis");
    public static readonly BuiltProject MinimalHost = new("MinimalHost", "tests");
    public static readonly BuiltProject StatusStreamApi = new("StatusStream.Api");
    public static readonly BuiltProject Web = new("Web");

    /// <summary>The <c>dotnet</c> that runs this process.</summary>
    public static readonly string Dotnet = FindDotnet();

    private string Folder => Path.Combine(Metadata("Repository"), Parent, Name);

    /// <summary>How to start it, in its own folder.</summary>
    /// <param name="settings">Environment variables.</param>
    /// <param name="arguments">Its command line.</param>
    /// <exception cref="FileNotFoundException">It is not built.</exception>
    public ProcessStartInfo Command(IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var assembly = Path.Combine(Folder, Metadata("BuildOutput"), Name + ".dll");
        if (!File.Exists(assembly)) throw new FileNotFoundException($"{assembly} is missing: build the solution first.");

        var start = new ProcessStartInfo(Dotnet, [assembly, .. arguments]) { WorkingDirectory = Folder };
        foreach (var (name, value) in settings) start.Environment[name] = value;
        return start;
    }

    /// <summary>How a person starts it, from the folder of the solution: <c>dotnet run --project</c>, here without building first.</summary>
    /// <param name="settings">Environment variables.</param>
    /// <param name="arguments">Its command line.</param>
    public ProcessStartInfo RunCommand(IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        // A session of its own, as a terminal gives every command: Ctrl+C reaches the whole group.
        var start = new ProcessStartInfo(
            "setsid", [Dotnet, "run", "--no-build", "--configuration", Metadata("Configuration"), "--project", Name, "--", .. arguments])
        {
            WorkingDirectory = Metadata("Repository"),
        };
        foreach (var (name, value) in settings) start.Environment[name] = value;
        return start;
    }

    /// <summary>Starts it; it ends with this process, if not before.</summary>
    /// <param name="settings">Environment variables.</param>
    public ChildProcess Start(IReadOnlyDictionary<string, string> settings) => ChildProcess.Start(Command(settings));

    private static string Metadata(string key) => typeof(BuiltProject).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == key).Value!;

    private static string FindDotnet()
    {
        var besideTheRuntime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        return File.Exists(besideTheRuntime) ? besideTheRuntime : "dotnet";
    }
}
