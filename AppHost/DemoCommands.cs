using System.Text;
using Microsoft.Extensions.Hosting;

namespace PipelineAspire.AppHost;

/// <summary>What the dashboard can do to the backend for a demo. Nothing of it is published: there is no control then.</summary>
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

    /// <summary>Web has its page for demos, which breaks and reads the fake backend.</summary>
    public static IResourceBuilder<ProjectResource> WithPageDemos(this IResourceBuilder<ProjectResource> web, PipelineBackend backend) =>
        web.ApplicationBuilder.ExecutionContext.IsPublishMode
            ? web
            : web.WithControl()
                .WithBackend(backend)
                .WithUrl($"{web.GetEndpoint("http")}/demo", "Demos and live picture");

    /// <summary>Opens <c>/control</c> of a service, here alone and in Development: what is published has none, and elsewhere it would need a key.</summary>
    public static IResourceBuilder<ProjectResource> WithControl(this IResourceBuilder<ProjectResource> project) =>
        project.ApplicationBuilder.Environment.IsDevelopment() ? project.WithEnvironment("Control__Enabled", "true") : project;

    private static async Task SendAsync(HttpRequestMessage request, Func<Task<string>> json) =>
        request.Content = new StringContent(await json(), Encoding.UTF8, "application/json");
}
