using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PipelineAspire.StatusStream.Tests.Hosting;

/// <summary>A backend on a real connection that does as it is told and keeps count.</summary>
internal sealed class KestrelBackend : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, RequestDelegate> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _reads = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _over = new();

    private KestrelBackend(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    /// <summary>The newest request, for looking at its headers.</summary>
    public IHeaderDictionary? LastHeaders { get; private set; }

    /// <summary>Cancelled when the test is over: what a hanging answer waits for.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>What every path answers that was told nothing of its own; a running pipeline at first.</summary>
    public RequestDelegate Otherwise { get; set; } = Status("Running");

    public int TotalReads => _reads.Values.Sum();

    public IReadOnlyCollection<string> Paths => [.. _reads.Keys];

    /// <param name="certificate">For TLS, and with it HTTP/2; null for neither.</param>
    public static async Task<KestrelBackend> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint =>
        {
            if (certificate is not null) endpoint.UseHttps(certificate);
        }));
        var app = builder.Build();
        var backend = new KestrelBackend(app);
        app.Run(backend.HandleAsync);
        await app.StartAsync().Soon();
        return backend;
    }

    public static RequestDelegate Status(string status) =>
        Json(
            $$"""{"pipeline_id":"x","pipeline_name":"X","overall_status":"{{status}}","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}""");

    public static RequestDelegate Json(string json) => context =>
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json, context.RequestAborted);
    };

    public static RequestDelegate Code(int statusCode) => context =>
    {
        context.Response.StatusCode = statusCode;
        return Task.CompletedTask;
    };

    public async Task HangAsync(HttpContext context)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, Over);
        var ended = new TaskCompletionSource();
        await using var registration = either.Token.Register(() => ended.TrySetResult());
        await ended.Task;
    }

    public void Says(string pipelineId, string status) => Answers(pipelineId, Status(status));

    public void Answers(string pipelineId, RequestDelegate answer) => AnswersAt($"/pipeline/{pipelineId}/health", answer);

    public void AnswersAt(string path, RequestDelegate answer) => _answers[path] = answer;

    public int ReadsOf(string pipelineId) => _reads.GetValueOrDefault($"/pipeline/{pipelineId}/health");

    public int ReadsAt(string path) => _reads.GetValueOrDefault(path);

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _app.DisposeAsync().Soon();
        _over.Dispose();
    }

    private Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path + context.Request.QueryString.ToString();
        _reads.AddOrUpdate(path, 1, (_, count) => count + 1);
        LastHeaders = new HeaderDictionary(context.Request.Headers.ToDictionary());
        return (_answers.TryGetValue(path, out var answer) ? answer : Otherwise)(context);
    }
}
