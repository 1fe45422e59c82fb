using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PipelineAspire.Web.Tests;

/// <summary>A replica of the status service on a port of its own; the test decides what it says.</summary>
internal sealed class FakeStatusService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeStatusService(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    /// <summary>The five fields and the public status of each pipeline.</summary>
    public ConcurrentDictionary<string, (string Name, string Status)> Pipelines { get; } = new();

    /// <summary>Streams asked for and not ended yet, in the order they came.</summary>
    public ConcurrentQueue<FakeStream> Streams { get; } = new();

    public Channel<FakeStream> NewStreams { get; } = Channel.CreateUnbounded<FakeStream>();

    /// <summary>When set, the JSON of <c>/control/state</c>.</summary>
    public string? ControlState { get; set; }

    /// <summary>When set, connections are taken and nothing is ever answered, as by a process that was stopped.</summary>
    public bool IsFrozen { get; set; }

    /// <summary>How many pipelines one request may name; null for any number.</summary>
    public int? MaxPipelines { get; set; }

    /// <summary>How a request that names too many is refused.</summary>
    public Func<int, IResult> TooMany { get; set; } = most => Results.Problem(
        "Too many.", statusCode: StatusCodes.Status400BadRequest, extensions: new Dictionary<string, object?> { ["maxPipelines"] = most });

    /// <summary>A request that names one of these is answered 500.</summary>
    public ConcurrentDictionary<string, bool> Broken { get; } = new();

    /// <summary>A request that names one of these is never answered.</summary>
    public ConcurrentDictionary<string, bool> Hanging { get; } = new();

    /// <summary>When set, what the list is instead.</summary>
    public IResult? List { get; set; }

    /// <summary>When set, what is said of any one pipeline instead.</summary>
    public IResult? Health { get; set; }

    /// <summary>The actions that are offered.</summary>
    public IReadOnlyList<string> Actions { get; set; } = [];

    /// <summary>How many pipelines the requests for statuses named, in the order they were answered.</summary>
    public ConcurrentQueue<int> PartSizes { get; } = new();

    /// <summary>Whose requests came under <c>/ui-api</c>, as <c>X-Forwarded-For</c> has it.</summary>
    public ConcurrentQueue<string> ForwardedFor { get; } = new();

    /// <summary>How many requests of each path have come.</summary>
    public ConcurrentDictionary<string, int> Counts { get; } = new();

    public static async Task<FakeStatusService> Start(string pathBase = "")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestLineSize = 256 * 1024;
            kestrel.Limits.MaxRequestHeadersTotalSize = 256 * 1024;
        });
        var app = builder.Build();
        var service = new FakeStatusService(app);
        service.Map(app, pathBase);
        await app.StartAsync().WaitAsync(Bounds.Patience);
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var stream in Streams) stream.End();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    /// <summary>The next stream that arrives here.</summary>
    public async Task<FakeStream> NextStream() => await NewStreams.Reader.ReadAsync().AsTask().WaitAsync(Bounds.Patience);

    private void Map(WebApplication app, string root)
    {
        app.Use(Take);
        app.MapGet("/health", () => Results.Ok());
        app.MapGet("/alive", () => Results.Ok());
        app.MapGet($"{root}/control/state", () => ControlState is { } state ? Results.Content(state, "application/json") : Results.NotFound());
        app.MapGet($"{root}/ui-api/pipeline", () => List ?? Results.Ok(Pipelines.Select(pipeline => new
        {
            pipeline_id = pipeline.Key,
            pipeline_name = pipeline.Value.Name,
            overall_status = pipeline.Value.Status,
            created_at = "2026-03-01T09:00:00Z",
            updated_at = "2026-03-02T09:00:00Z",
        })));
        app.MapGet($"{root}/ui-api/pipeline/{{id}}/health", (string id) => Health ?? (Pipelines.TryGetValue(id, out var pipeline)
            ? Results.Ok(new { pipeline_id = id, pipeline_name = pipeline.Name, status = pipeline.Status, created_at = "2026-03-01T09:00:00Z" })
            : Results.Problem(statusCode: StatusCodes.Status404NotFound)));
        app.MapGet($"{root}/ui-api/pipeline/status", (Delegate)Statuses);
        app.MapGet($"{root}/ui-api/pipeline/actions", () => new { actions = Actions });
        app.MapPost($"{root}/ui-api/pipeline/{{id}}/stop", () => Results.Problem("It is stopped already.", statusCode: StatusCodes.Status409Conflict));
        app.MapPost($"{root}/ui-api/pipeline/notify", () => Results.Accepted());
        app.MapGet($"{root}/ui-api/pipeline/status/stream", Stream);
    }

    private async Task Take(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path.Value!;
        Counts.AddOrUpdate(path, 1, (_, count) => count + 1);
        if (path.StartsWith("/ui-api/", StringComparison.Ordinal)) ForwardedFor.Enqueue(context.Request.Headers["X-Forwarded-For"].ToString());
        if (IsFrozen) await Gone(context.RequestAborted);
        if (!context.RequestAborted.IsCancellationRequested) await next(context);
    }

    private static async Task Gone(CancellationToken aborted)
    {
        var gone = new TaskCompletionSource();
        await using var registration = aborted.Register(gone.SetResult);
        await gone.Task;
    }

    private async Task Stream(HttpContext context)
    {
        var stream = new FakeStream([.. Ids(context.Request)]);
        Streams.Enqueue(stream);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache, no-transform";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        await context.Response.Body.FlushAsync();
        stream.Begin(Pipelines);
        NewStreams.Writer.TryWrite(stream);
        try
        {
            await foreach (var text in stream.Texts.Reader.ReadAllAsync(context.RequestAborted))
            {
                await context.Response.WriteAsync(text, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            stream.Abandoned.TrySetResult();
        }
    }

    private async Task<IResult> Statuses(HttpContext context)
    {
        var ids = Ids(context.Request);
        if (ids.Length > MaxPipelines) return TooMany(MaxPipelines.Value);
        if (ids.Any(Broken.ContainsKey)) return Results.Problem(statusCode: StatusCodes.Status500InternalServerError);
        if (ids.Any(Hanging.ContainsKey)) await Gone(context.RequestAborted);
        PartSizes.Enqueue(ids.Length);
        return Results.Ok(new
        {
            type = "batch_update",
            timestamp = 1,
            updates = ids.Where(Pipelines.ContainsKey).Select(id => new { pipelineId = id, status = Pipelines[id].Status }),
        });
    }

    private static string[] Ids(HttpRequest request) =>
        request.Query["pipelineIds"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries);
}

internal sealed class FakeStream(IReadOnlyList<string> ids)
{
    public const string Epoch = "7f3a9c0d12e4b85f";

    public IReadOnlyList<string> Ids { get; } = ids;

    public Channel<string> Texts { get; } = Channel.CreateUnbounded<string>();

    /// <summary>Done when whoever read this stream went away.</summary>
    public TaskCompletionSource Abandoned { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Say(string text) => Texts.Writer.TryWrite(text);

    /// <summary>What is known, and that it is confirmed.</summary>
    public void Begin(IReadOnlyDictionary<string, (string Name, string Status)> pipelines)
    {
        var updates = Ids.Where(pipelines.ContainsKey).Select(id => $$"""{"pipelineId":"{{id}}","status":"{{pipelines[id].Status}}"}""");
        Say("event: freshness\ndata: {\"type\":\"freshness\",\"timestamp\":1,\"clock\":1}\n\n");
        Say($$"""
            event: batch_update
            id: {{Epoch}}-1
            data: {"type":"batch_update","timestamp":1,"updates":[{{string.Join(',', updates)}}]}


            """);
        Say($"event: freshness\nid: {Epoch}-1\ndata: {{\"type\":\"freshness\",\"timestamp\":1,\"clock\":1,\"confirmedFor\":12000}}\n\n");
    }

    /// <summary>A status that has changed.</summary>
    public void Update(int sequence, string id, string status) => Say($$"""
        event: status_update
        id: {{Epoch}}-{{sequence}}
        data: {"type":"status_update","timestamp":2,"pipelineId":"{{id}}","status":"{{status}}"}


        """);

    public void End() => Texts.Writer.TryComplete();
}

internal static class Bounds
{
    /// <summary>No wait of a test is longer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Tries something again until it is so; each try takes its time by itself.</summary>
    public static async Task Until(Func<Task<bool>> condition)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition()) Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, "It never came true.");
    }

    /// <summary>An address of this machine where nobody listens.</summary>
    public static string DeadAddress()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://{listener.LocalEndpoint}";
    }
}
