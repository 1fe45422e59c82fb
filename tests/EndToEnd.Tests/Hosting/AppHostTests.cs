using System.Net.NetworkInformation;
using System.Text.RegularExpressions;
using PipelineAspire.EndToEnd.Tests.Pages;
using PipelineAspire.EndToEnd.Tests.Running;
using PipelineAspire.EndToEnd.Tests.Streams;

namespace PipelineAspire.EndToEnd.Tests.Hosting;

/// <summary>The AppHost as a person starts it, at its real addresses: ports 5080, 5090 and 15080 have to be free.</summary>
public sealed partial class AppHostTests
{
    private static readonly Uri Web = new("http://localhost:5080");
    private static readonly Uri Backend = new("http://localhost:5090");
    private static readonly int[] Ports = [5080, 5090, 15080];
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The orchestrator's own processes wait two more seconds for nobody; on a busy machine the whole takes more than
    /// the 4 to 5 s of a quiet one.
    /// </summary>
    private static readonly TimeSpan OrchestratorStopsWithin = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan IsMissedWithin = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task OneCommandStartsAllOfItItsDashboardBreaksItAndCtrlCLeavesNothing()
    {
        var run = new MarkedRun();
        await using var appHost = ChildProcess.Start(BuiltProject.AppHost.RunCommand(run.Environment));
        await IsUpAsync(appHost);
        await IsLiveAsync();

        await DashboardTour.TakeAsync(new Uri(LoginLine().Match(appHost.Output).Groups[1].Value), Web);

        appHost.SignalGroup("INT");
        await Bounded.UntilAsync(
            "no service is left, and their ports are free", () => Task.FromResult(run.Services().Count == 0 && ArePortsFree()), StopsWithin);
        await Bounded.UntilAsync("nothing is left", () => Task.FromResult(run.Processes().Count == 0), OrchestratorStopsWithin);
        Assert.DoesNotMatch(Complaint(), appHost.Output);
    }

    [Fact]
    public async Task WithTheFlagOffPagesPollAndAKilledAppHostTakesEverythingAlong()
    {
        var run = new MarkedRun();
        await using var appHost = ChildProcess.Start(BuiltProject.AppHost.RunCommand(run.Environment, "--Parameters:UseSseStatus=false"));
        await IsUpAsync(appHost);
        await PollsAsync();

        appHost.SignalGroup("KILL");

        await Bounded.UntilAsync("nothing is left", () => Task.FromResult(run.Processes().Count == 0), IsMissedWithin);
    }

    private static bool ArePortsFree() =>
        !Array.Exists(IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners(), listener => Ports.Contains(listener.Port));

    private static async Task IsUpAsync(ChildProcess appHost)
    {
        await appHost.LineAsync("Distributed application started");
        using var http = new HttpClient { BaseAddress = Web, Timeout = Bounded.Patience };
        await Bounded.UntilAsync("web is healthy", async () =>
        {
            try
            {
                using var answer = await http.GetAsync(new Uri("/health", UriKind.Relative));
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, StartsWithin);
    }

    /// <summary>The demo's script changes something every few seconds, and whoever watches is told.</summary>
    private static async Task IsLiveAsync()
    {
        using var http = new HttpClient { BaseAddress = Web, Timeout = Bounded.Patience };
        var page = await http.GetStringAsync(new Uri("/", UriKind.Relative));
        var shown = ShownPipeline().Matches(page).Select(match => match.Groups[1].Value).ToArray();
        Assert.InRange(shown.Length, 10, 100);
        Assert.Contains("\"useSse\":true", page.Replace(" ", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);

        await using var client = await StreamClient.OpenWithStatusesAsync(http, shown);
        await client.Recording.FirstAsync(told => told.Type == StreamEvent.Update);
        Oracle.AssertConsistent(client.Recording);
    }

    /// <summary>A page follows the backend, and never asks for a stream.</summary>
    private static async Task PollsAsync()
    {
        using var backend = new BackendControl(Backend);
        await backend.EndScriptAsync();
        await backend.SetAsync("payments-ledger", "Running");
        await using var browser = await Browser.StartAsync();
        await using var visitor = await browser.VisitAsync(Web);
        await visitor.Page.GotoAsync("/");
        await visitor.Page.ExpectStatusAsync("payments-ledger", "active");

        await backend.SetAsync("payments-ledger", "Paused");

        await visitor.Page.ExpectStatusAsync("payments-ledger", "paused");
        await visitor.Page.ExpectTransportAsync("polling");
        Assert.DoesNotContain($"/{StreamClient.Path}", visitor.Requests);
    }

    [GeneratedRegex(@"Login URL: +(http://localhost:15080/login\?t=\S+)")]
    private static partial Regex LoginLine();

    [GeneratedRegex("^(warn|fail|crit):", RegexOptions.Multiline)]
    private static partial Regex Complaint();

    [GeneratedRegex("data-pipeline-id=\"([^\"]+)\"")]
    private static partial Regex ShownPipeline();
}
