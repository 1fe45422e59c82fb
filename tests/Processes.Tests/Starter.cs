using System.Diagnostics;
using System.Globalization;

namespace PipelineAspire.Processes.Tests;

/// <summary>A process that starts children, as a test run does; a test starts it, and ends it in the middle.</summary>
internal static class Starter
{
    /// <summary>Begins the script of a child that is not watched any more once it runs.</summary>
    public const string LetGo = "# let go\n";

    private const string Ready = "ready ";
    private const string Children = "children ";

    /// <summary>Runs each script as a child, passes on the numbers of processes that they tell, and waits to be ended.</summary>
    public static async Task Main(string[] scripts)
    {
        var numbers = new List<string>();
        foreach (var script in scripts)
        {
            var child = ChildProcess.Start(new ProcessStartInfo("sh", ["-c", script]));
            numbers.Add((await child.LineAsync(Ready))[Ready.Length..]);
            if (script.StartsWith(LetGo, StringComparison.Ordinal)) ProcessReaper.Leave(child.Id);
        }

        Console.WriteLine(Children + string.Join(' ', numbers));
        await Console.In.ReadToEndAsync();
    }

    /// <summary>Starts the starter; returns once the children run, with the numbers that they told after the word <c>ready</c>.</summary>
    public static async Task<(ChildProcess Starter, IReadOnlyList<int> Children)> RunAsync(params string[] scripts)
    {
        var starter = ChildProcess.Start(new ProcessStartInfo(BuiltProject.Dotnet, [typeof(Starter).Assembly.Location, .. scripts]));
        var numbers = (await starter.LineAsync(Children))[Children.Length..].Split(' ');
        return (starter, [.. numbers.Select(number => int.Parse(number, CultureInfo.InvariantCulture))]);
    }
}
