namespace PipelineAspire.Packages.Tests;

/// <summary>The <c>dotnet</c> command, as somebody with a terminal uses it.</summary>
internal static class Sdk
{
    /// <summary>Publishing an executable of native code, the first time with the compiler's download.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs it to its end.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="environment">Beside the tests' own.</param>
    /// <param name="arguments">The command.</param>
    public static async Task RunAsync(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        // Neither build nodes nor a compiler server stay behind, which would hold the output open.
        var start = new System.Diagnostics.ProcessStartInfo(
            BuiltProject.Dotnet, [.. arguments, "-nologo", "-v", "quiet", "-nodeReuse:false", "-p:UseSharedCompilation=false"])
        {
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        await using var command = ChildProcess.Start(start);
        var exitCode = await command.ExitCodeAsync(Patience);
        Assert.True(exitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {exitCode}:\n{command.Output}");
    }
}
