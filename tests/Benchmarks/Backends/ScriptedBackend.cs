using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PipelineAspire.Benchmarks.Load;

namespace PipelineAspire.Benchmarks.Backends;

/// <summary>The backend of a load run: pipelines <c>bench-0</c>, <c>bench-1</c>, … that are Running or Paused, and counts of their reads.</summary>
internal sealed class ScriptedBackend : IAsyncDisposable
{
    private const string Prefix = "/pipeline/bench-";
    private const string Suffix = "/health";

    private readonly WebApplication _app;
    private readonly ScriptedPipeline[] _pipelines;

    private ScriptedBackend(WebApplication app, int pipelines)
    {
        _app = app;
        _pipelines = [.. Enumerable.Range(0, pipelines).Select(pipeline => new ScriptedPipeline(FleetPlan.Name(pipeline)))];
    }

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Health reads since start.</summary>
    public long Reads => _pipelines.Sum(pipeline => pipeline.Reads);

    /// <summary>Health reads since start, by pipeline.</summary>
    public IReadOnlyList<long> ReadsByPipeline => [.. _pipelines.Select(pipeline => pipeline.Reads)];

    public ScriptedPipeline this[int pipeline] => _pipelines[pipeline];

    /// <param name="port">Its port on 127.0.0.1; 0 for a free one.</param>
    /// <param name="pipelines">How many pipelines it has.</param>
    /// <exception cref="BenchmarkException">It cannot listen there.</exception>
    public static async Task<ScriptedBackend> StartAsync(int port, int pipelines)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{port}");
        var backend = new ScriptedBackend(app, pipelines);
        app.Run(backend.AnswerAsync);
        try
        {
            await app.StartAsync();
        }
        catch (IOException e)
        {
            await app.DisposeAsync();
            throw new BenchmarkException($"The backend of the load run cannot listen: {e.Message}", e);
        }

        return backend;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value.AsSpan();
        if (!path.StartsWith(Prefix, StringComparison.Ordinal) || !path.EndsWith(Suffix, StringComparison.Ordinal)
            || !int.TryParse(path[Prefix.Length..^Suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var pipeline)
            || pipeline >= _pipelines.Length)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        var body = _pipelines[pipeline].Read();
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
