using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PipelineAspire.StatusStream.Client.Tests.Aspire;

/// <summary>A hub on loopback that answers as it is told: by default with a stream of one batch.</summary>
internal sealed class SmallHub : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SmallHub(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public int? Answer { get; set; }

    public static async Task<SmallHub> StartAsync(string status = "active")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var hub = new SmallHub(app);
        app.MapGet("/ui-api/pipeline/status/stream", async context =>
        {
            if (hub.Answer is not null || !context.Request.Query.ContainsKey("pipelineIds"))
            {
                context.Response.StatusCode = hub.Answer ?? StatusCodes.Status400BadRequest;
                return;
            }

            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(
                $$"""data: {"type":"batch_update","timestamp":1,"updates":[{"pipelineId":"a","status":"{{status}}"}]}""" + "\n\n");
        });
        await app.StartAsync();
        return hub;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
