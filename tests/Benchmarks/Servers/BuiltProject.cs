using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using PipelineAspire.Benchmarks.Load;

namespace PipelineAspire.Benchmarks.Servers;

/// <summary>A project of the solution, as the build of this program built it.</summary>
internal sealed record BuiltProject(string Name)
{
    public static readonly BuiltProject StatusStreamApi = new("StatusStream.Api");
    public static readonly BuiltProject Web = new("Web");
    public static readonly BuiltProject LocalRedis = new("LocalRedis");

    private static readonly string Dotnet = FindDotnet();

    /// <summary>How to start it, in its own folder. It ends when its standard input does: with this process, whatever ends that.</summary>
    /// <param name="settings">Environment variables.</param>
    /// <exception cref="BenchmarkException">It is not built.</exception>
    public ProcessStartInfo Command(IReadOnlyDictionary<string, string> settings)
    {
        var folder = Path.Combine(Metadata("Repository"), Name);
        var assembly = Path.Combine(folder, Metadata("BuildOutput"), Name + ".dll");
        if (!File.Exists(assembly)) throw new BenchmarkException($"{assembly} is missing: build this program in the same configuration first.");

        var start = new ProcessStartInfo(Dotnet, [assembly])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var variable in InlineSockets.Variables) start.Environment.Remove(variable);
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["LOCALHOSTING_STDIN_LIFETIME"] = "1";
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
