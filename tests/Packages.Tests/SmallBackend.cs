using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PipelineAspire.Packages.Tests;

/// <summary>A backend with pipelines that are all in one state.</summary>
internal sealed class SmallBackend : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SmallBackend(WebApplication app) => _app = app;

    public string Status { get; set; } = "Running";

    public string Url => _app.Urls.Single();

    public static async Task<SmallBackend> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var backend = new SmallBackend(app);
        app.MapGet("/pipeline/{id}/health", (string id) => Results.Text($$"""{"pipeline_id":"{{id}}","overall_status":"{{backend.Status}}"}""", "application/json"));
        await app.StartAsync();
        return backend;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
