using System.Text;

namespace PipelineAspire.AppHost;

/// <summary>What the dashboard can do to the system for a demo. Nothing of it is published: there is no control then.</summary>
internal static class DemoCommands
{
    private const string Broken = """{"statusCode":503,"errorRate":1}""";

    /// <summary>The backend can be broken, healed, and sent a storm of changes (<c>storm-script.json</c>).</summary>
    public static IResourceBuilder<ProjectResource> WithBackendDemos(this IResourceBuilder<ProjectResource> backend)
    {
        if (backend.ApplicationBuilder.ExecutionContext.IsPublishMode) return backend;

        var storm = Path.Combine(backend.ApplicationBuilder.AppHostDirectory, "storm-script.json");
        return backend
            .WithControl()
            .WithHttpCommand("/control/faults", "Break the backend", commandName: "break-backend", commandOptions: new HttpCommandOptions
            {
                Description = "Every read fails with 503 from now on. Pages keep the last statuses and say that they are old.",
                Method = HttpMethod.Put,
                PrepareRequest = context => SendAsync(context.Request, () => Task.FromResult(Broken)),
                IconName = "PlugDisconnected",
                IsHighlighted = true,
            })
            .WithHttpCommand("/control/faults", "Heal the backend", commandName: "heal-backend", commandOptions: new HttpCommandOptions
            {
                Description = "All faults end. Pages are up to date within a few seconds.",
                Method = HttpMethod.Delete,
                IconName = "HeartPulse",
                IsHighlighted = true,
            })
            .WithHttpCommand("/control/script", "Run the storm", commandName: "run-storm", commandOptions: new HttpCommandOptions
            {
                Description = "For ten seconds every pipeline changes again and again, for a while with half of the reads failing. It ends the usual script.",
                PrepareRequest = context => SendAsync(context.Request, () => File.ReadAllTextAsync(storm, context.CancellationToken)),
                IconName = "WeatherThunderstorm",
                IsHighlighted = true,
            });
    }

    /// <summary>A replica can be made to crash: the one the request gets to.</summary>
    public static IResourceBuilder<ProjectResource> WithReplicaDemos(this IResourceBuilder<ProjectResource> statusStream) =>
        statusStream.ApplicationBuilder.ExecutionContext.IsPublishMode
            ? statusStream
            : statusStream.WithControl().WithCommand(
                "kill-replica",
                "Kill a replica",
                context => CrashAsync(statusStream.GetEndpoint("http"), context.CancellationToken),
                new CommandOptions
                {
                    Description = "The replica is gone at once and tells nobody. Its streams move to the others; if it was the one that polls, another takes over within seconds. It stays down until it is started again.",
                    IconName = "Bomb",
                    UpdateState = context => context.ResourceSnapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
                    IsHighlighted = true,
                });

    /// <summary>Web has its page for demos.</summary>
    public static IResourceBuilder<ProjectResource> WithPageDemos(this IResourceBuilder<ProjectResource> web) =>
        web.ApplicationBuilder.ExecutionContext.IsPublishMode
            ? web
            : web.WithControl().WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { Url = "/demo", DisplayText = "Demo" });

    private static IResourceBuilder<ProjectResource> WithControl(this IResourceBuilder<ProjectResource> project) =>
        project.WithEnvironment("Control__Enabled", "true");

    private static async Task SendAsync(HttpRequestMessage request, Func<Task<string>> json) =>
        request.Content = new StringContent(await json(), Encoding.UTF8, "application/json");

    private static async Task<ExecuteCommandResult> CrashAsync(EndpointReference endpoint, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        using var alive = await http.GetAsync(new Uri($"{endpoint.Url}/alive"), cancellationToken);
        try
        {
            using var answer = await http.PostAsync(new Uri($"{endpoint.Url}/control/crash"), content: null, cancellationToken);
            return CommandResults.Failure($"It answered {(int)answer.StatusCode} and lives.");
        }
        catch (HttpRequestException)
        {
            // Seen from outside, a crash is a connection that ends without an answer.
            return CommandResults.Success();
        }
    }
}
