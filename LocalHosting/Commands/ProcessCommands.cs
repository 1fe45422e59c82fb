using Aspire.Hosting.ApplicationModel;
using PipelineAspire.LocalHosting.Running;

namespace PipelineAspire.LocalHosting.Commands;

/// <summary>The commands of every process: Aspire's start, stop and restart, and our own kill, pause and resume.</summary>
internal static class ProcessCommands
{
    public const string Kill = "kill";
    public const string Pause = "pause";
    public const string Resume = "resume";

    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(4);

    public static void AddTo(IResource resource, ReplicaSet replicas, TimeProvider clock)
    {
        Add(KnownResourceCommands.StartCommand, "Start", "Starts the process.", state => !IsRunning(state), StartAsync);
        Add(KnownResourceCommands.StopCommand, "Stop", "Asks the process to stop, and kills it after 4 s.", IsRunning, replica => StopAsync(replica, clock));
        Add(KnownResourceCommands.RestartCommand, "Restart", "Stops the process and starts it again, at the same address.", IsRunning, async replica =>
        {
            await StopAsync(replica, clock);
            await StartAsync(replica);
        });
        Add(Kill, "Kill", "Ends the process without asking (SIGKILL).", IsRunning, replica => DoAsync(replica.Kill, replica.Exited));
        if (OperatingSystem.IsWindows()) return;

        Add(Pause, "Pause", "Freezes the process where it stands (SIGSTOP).", state => IsRunning(state) && state != ReplicaState.Paused, replica => DoAsync(replica.Pause));
        Add(Resume, "Resume", "Lets the frozen process go on (SIGCONT).", state => state == ReplicaState.Paused, replica => DoAsync(replica.Resume));

        void Add(string name, string displayName, string description, Func<string?, bool> possible, Func<Replica, Task> run) =>
            resource.Annotations.Add(new ResourceCommandAnnotation(
                name,
                displayName,
                context => possible(context.ResourceSnapshot.State?.Text) ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
                async context =>
                {
                    if (replicas.Find(context.ResourceName) is not { } replica) return CommandResults.Failure($"'{context.ResourceName}' is no process.");
                    if (!possible(replica.State.State)) return CommandResults.Failure($"{context.ResourceName} is {replica.State.State}.");
                    await run(replica).WaitAsync(context.CancellationToken);
                    return CommandResults.Success();
                },
                description,
                parameter: null,
                confirmationMessage: null,
                iconName: null,
                iconVariant: null,
                isHighlighted: false));
    }

    private static bool IsRunning(string? state) =>
        state == KnownResourceStates.Starting || state == KnownResourceStates.Running || state == KnownResourceStates.Stopping || state == ReplicaState.Paused;

    private static async Task StartAsync(Replica replica)
    {
        var up = replica.StartAsync();
        if (up.IsCompletedSuccessfully && !await up)
            throw new InvalidOperationException(replica.State.Detail ?? "The application is stopping.");
    }

    private static async Task StopAsync(Replica replica, TimeProvider clock)
    {
        replica.Stop();
        try
        {
            await replica.Exited.WaitAsync(StopsWithin, clock);
        }
        catch (TimeoutException)
        {
            replica.Kill();
            await replica.Exited;
        }
    }

    private static Task DoAsync(Action action, Task? until = null)
    {
        action();
        return until ?? Task.CompletedTask;
    }
}
