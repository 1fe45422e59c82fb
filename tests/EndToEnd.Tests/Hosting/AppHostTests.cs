using System.Globalization;
using System.Text.RegularExpressions;
using PipelineAspire.EndToEnd.Tests.Processes;
using PipelineAspire.EndToEnd.Tests.Streams;

namespace PipelineAspire.EndToEnd.Tests.Hosting;

/// <summary>The real AppHost, at its real addresses: ports 5080, 5090 and 15080 have to be free.</summary>
public sealed partial class AppHostTests
{
    private static readonly Uri Web = new("http://localhost:5080");
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task OneCommandStartsAllOfItAndCtrlCLeavesNothing()
    {
        // A group of its own, as the terminal gives every command: Ctrl+C reaches AppHost and all it started.
        var command = BuiltProject.AppHost.Command(new Dictionary<string, string> { ["DOTNET_ENVIRONMENT"] = "Development" });
        command.ArgumentList.Insert(0, command.FileName);
        command.FileName = "setsid";
        await using var appHost = new ChildProcess(command);
        await appHost.LineAsync("everything is up");
        var children = StartLine().Matches(appHost.Output)
            .ToDictionary(match => match.Groups[1].Value, match => int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
        Assert.Contains("web", children.Keys);
        Assert.Contains("redis", children.Keys);

        using var http = new HttpClient { BaseAddress = Web, Timeout = Bounded.Patience };
        var page = await http.GetStringAsync(new Uri("/", UriKind.Relative));
        var shown = ShownPipeline().Matches(page).Select(match => match.Groups[1].Value).ToArray();
        Assert.InRange(shown.Length, 10, 100);
        Assert.Contains("\"useSse\":true", page.Replace(" ", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);

        // The demo script changes something every few seconds.
        await using (var client = await StreamClient.OpenWithStatusesAsync(http, shown))
        {
            await client.Recording.FirstAsync(told => told.Type == StreamEvent.Update);
            Oracle.AssertConsistent(client.Recording);
        }

        await DashboardTour.TakeAsync(new Uri(DashboardLine().Match(appHost.Output).Groups[1].Value));

        var asked = Bounded.Now;
        appHost.SignalGroup("INT");
        Assert.Equal(0, await appHost.ExitCodeAsync());
        foreach (var (name, process) in children)
            await Bounded.UntilAsync($"{name} is gone", () => Task.FromResult(!IsAlive(process)), Promised);
        Assert.InRange(Bounded.Since(asked), TimeSpan.Zero, Promised);
        Assert.DoesNotContain("| fail:", appHost.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("| crit:", appHost.Output, StringComparison.Ordinal);
    }

    private static bool IsAlive(int process)
    {
        try
        {
            // What has ended and is yet to be buried by its parent (state Z) is gone.
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return stat[stat.LastIndexOf(')')..] is [_, _, not 'Z', ..];
        }
        catch (IOException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^(\S+) +> starting at .*, process (\d+)$", RegexOptions.Multiline)]
    private static partial Regex StartLine();

    [GeneratedRegex(@"Dashboard: (http://localhost:15080/login\?t=\S+)")]
    private static partial Regex DashboardLine();

    [GeneratedRegex("data-pipeline-id=\"([^\"]+)\"")]
    private static partial Regex ShownPipeline();
}
