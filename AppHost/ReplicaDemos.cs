using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace PipelineAspire.AppHost;

/// <summary>What the dashboard can do to this very replica: kill it, pause it, resume it.</summary>
internal sealed class ReplicaDemos(EndpointReference endpoint)
{
    private const int PauseSeconds = 20;

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    private int? _paused;

    /// <summary>It ends without an answer, as a crash does.</summary>
    public async Task<ExecuteCommandResult> KillAsync(ExecuteCommandContext context)
    {
        if (await IsSilentAsync(context.CancellationToken)) return CommandResults.Failure("It does not answer: is it paused, or gone?");
        try
        {
            using var answer = await Http.PostAsync(new Uri($"{endpoint.Url}/control/crash"), content: null, context.CancellationToken);
            return CommandResults.Failure($"It answered {(int)answer.StatusCode} and lives.");
        }
        catch (HttpRequestException)
        {
            return CommandResults.Success("Killed. Its streams move to the others; Start brings it back.");
        }
    }

    /// <summary>The process stands still, as under a debugger, and continues by itself.</summary>
    public async Task<ExecuteCommandResult> PauseAsync(ExecuteCommandContext context)
    {
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"{endpoint.Url}/control/pause?seconds={PauseSeconds}"));
        try
        {
            using var answer = await Http.PostAsync(address, content: null, context.CancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                return CommandResults.Failure($"It answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(context.CancellationToken)}");
            }

            _paused = (await answer.Content.ReadFromJsonAsync<PausedProcess>(context.CancellationToken))!.ProcessId;
            // A process that stands still cannot stop when everything else does.
            context.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() => Continue());
            return CommandResults.Success($"Paused for {PauseSeconds} s, or until Resume. If it polled, another takes over within seconds.");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return CommandResults.Failure("It does not answer: is it paused, or gone?");
        }
    }

    public Task<ExecuteCommandResult> ResumeAsync(ExecuteCommandContext context) => Task.FromResult(Continue()
        ? CommandResults.Success("It goes on. What it still wanted to tell is not believed if another polls by now.")
        : CommandResults.Failure("It is not paused."));

    private async Task<bool> IsSilentAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var alive = await Http.GetAsync(new Uri($"{endpoint.Url}/alive"), cancellationToken);
            return false;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return true;
        }
    }

    private bool Continue()
    {
        if (_paused is not { } process) return false;
        _paused = null;
        using var kill = Process.Start("kill", ["-s", "CONT", process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        return kill.ExitCode == 0;
    }

    private sealed record PausedProcess(int ProcessId);
}

internal static class ReplicaDemosBuilderExtensions
{
    /// <summary>Adds the commands, and opens what they need. Nothing of it is published.</summary>
    public static IResourceBuilder<ProjectResource> WithReplicaDemos(this IResourceBuilder<ProjectResource> replica)
    {
        if (replica.ApplicationBuilder.ExecutionContext.IsPublishMode) return replica;

        var demos = new ReplicaDemos(replica.GetEndpoint("http"));
        return replica
            .WithControl()
            .WithCommand("kill-replica", "Kill this replica", demos.KillAsync, new CommandOptions
            {
                Description =
                    "It is gone at once and tells nobody. Its streams move to the others; if it was the one that polls, " +
                    "another takes over within seconds. It stays down until it is started again.",
                IconName = "Dismiss",
                UpdateState = WhileItRuns,
                IsHighlighted = true,
            })
            .WithCommand("pause-replica", "Pause", demos.PauseAsync, new CommandOptions
            {
                Description =
                    "The process stands still, as under a debugger, until Resume or for 20 s. Another polls " +
                    "meanwhile, and what this one still wanted to tell afterwards is not believed.",
                IconName = "Pause",
                UpdateState = WhileItRuns,
                IsHighlighted = true,
            })
            .WithCommand("resume-replica", "Resume", demos.ResumeAsync, new CommandOptions
            {
                Description = "Lets a paused replica go on.",
                IconName = "Play",
                UpdateState = WhileItRuns,
            });
    }

    private static ResourceCommandState WhileItRuns(UpdateCommandStateContext context) =>
        context.ResourceSnapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;
}
