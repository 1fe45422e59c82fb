using PipelineAspire.FakePipelineBackend.Counting;
using PipelineAspire.FakePipelineBackend.Faults;

namespace PipelineAspire.FakePipelineBackend.Pipelines;

/// <summary>
/// <c>GET /pipeline/{id}/health</c>, <c>GET /pipeline/health?ids=a,b,c</c> and <c>GET /pipeline</c>, the part of the
/// backend that is under load: bodies are ready-made bytes, and without a fault nothing is awaited but the write.
/// </summary>
public sealed class PipelineReads(PipelineRegistry pipelines, FaultTable faults, FaultInjector injector, ReadCounter counter, MovingFields fields)
{
    private const string Json = "application/json";

    /// <summary>Whether it is a read of one pipeline, or of a batch.</summary>
    public static bool IsHealthRead(PathString path) =>
        path.StartsWithSegments("/pipeline", StringComparison.Ordinal, out var rest) && rest.Value!.EndsWith("/health", StringComparison.Ordinal);

    public Task ReadHealthAsync(HttpContext context)
    {
        counter.CountRequest(ReadRequest.Health);
        var id = (string)context.Request.RouteValues["id"]!;
        if (!PipelineId.IsValid(id)) return PipelineProblems.InvalidId(id).ExecuteAsync(context);

        counter.Count(id, context.Request.Headers[ReadCounter.CallerHeader]);
        return faults.For(id) is { } fault ? AnswerFaultyAsync(context, id, fault) : AnswerAsync(context, id);
    }

    public Task ReadBatchAsync(HttpContext context)
    {
        counter.CountRequest(ReadRequest.Batch);
        var asked = context.Request.Query["ids"].ToString();
        if (asked.Length == 0) return PipelineProblems.NoIds().ExecuteAsync(context);

        string[] ids = [.. asked.Split(',').Distinct(StringComparer.Ordinal)];
        if (Array.Find(ids, id => !PipelineId.IsValid(id)) is { } malformed) return PipelineProblems.InvalidId(malformed).ExecuteAsync(context);

        string? caller = context.Request.Headers[ReadCounter.CallerHeader];
        foreach (var id in ids) counter.Count(id, caller);
        return AnswerArrayAsync(context, () => BatchItems(ids));
    }

    public Task ReadListAsync(HttpContext context)
    {
        counter.CountRequest(ReadRequest.List);
        return AnswerArrayAsync(context, () => [.. pipelines.All().Select(pipeline => pipeline.Body)]);
    }

    private async Task AnswerFaultyAsync(HttpContext context, string id, Fault fault)
    {
        if (!await injector.ApplyAsync(context, fault, Body)) await AnswerAsync(context, id);

        ReadOnlyMemory<byte> Body() => pipelines.Find(id) is { } pipeline ? fields.BodyOf(pipeline).Bytes : FaultyBodies.Placeholder;
    }

    private async Task AnswerArrayAsync(HttpContext context, Func<IReadOnlyList<JsonBody>> items)
    {
        if (faults.ForAll is { } fault && await injector.ApplyAsync(context, fault, () => JsonBody.Array(items()))) return;

        var now = items();
        if (!TryAnswerNotModified(context, EntityTag.From(EntityTag.Hash(now)))) await WriteAsync(context.Response, JsonBody.Array(now));
    }

    private Task AnswerAsync(HttpContext context, string id)
    {
        if (pipelines.Find(id) is not { } pipeline) return PipelineProblems.NotFound(id).ExecuteAsync(context);

        var body = fields.BodyOf(pipeline);
        return TryAnswerNotModified(context, body.Tag) ? Task.CompletedTask : WriteAsync(context.Response, body.Bytes);
    }

    /// <summary>Those that exist, in the order asked. A fault of one pipeline's own harms its item and no other.</summary>
    private List<JsonBody> BatchItems(string[] ids)
    {
        var items = new List<JsonBody>(ids.Length);
        var own = faults.Now.Pipelines;
        foreach (var id in ids)
        {
            if (pipelines.Find(id) is not { } pipeline) continue;

            var body = fields.BodyOf(pipeline);
            var item = own.TryGetValue(id, out var fault) ? injector.ApplyToItem(fault, body) : body;
            if (item is not null) items.Add(item);
        }

        return items;
    }

    /// <summary>Tags the answer, which is a 304 and complete when its reader says that it has this very one.</summary>
    private bool TryAnswerNotModified(HttpContext context, string tag)
    {
        context.Response.Headers.ETag = tag;
        if (!EntityTag.IsIn(context.Request.Headers.IfNoneMatch, tag)) return false;

        context.Response.StatusCode = StatusCodes.Status304NotModified;
        counter.CountNotModified();
        return true;
    }

    private static Task WriteAsync(HttpResponse response, ReadOnlyMemory<byte> body)
    {
        response.ContentType = Json;
        response.ContentLength = body.Length;
        var write = response.BodyWriter.WriteAsync(body, response.HttpContext.RequestAborted);
        return write.IsCompletedSuccessfully ? Task.CompletedTask : write.AsTask();
    }
}
