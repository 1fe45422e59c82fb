using System.Buffers;
using PipelineAspire.FakePipelineBackend.Counting;
using PipelineAspire.FakePipelineBackend.Faults;

namespace PipelineAspire.FakePipelineBackend.Pipelines;

/// <summary>
/// <c>GET /pipeline/{id}/health</c> and <c>GET /pipeline</c>, the part of the backend that is under load: bodies are
/// ready-made bytes, and without a fault nothing is awaited but the write.
/// </summary>
public sealed class PipelineReads(PipelineRegistry pipelines, FaultTable faults, FaultInjector injector, ReadCounter counter)
{
    private const string Json = "application/json";

    public static bool IsHealthRead(PathString path) =>
        path.StartsWithSegments("/pipeline", StringComparison.Ordinal, out var rest) && rest.Value!.EndsWith("/health", StringComparison.Ordinal);

    public Task ReadHealthAsync(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        if (!PipelineId.IsValid(id)) return PipelineProblems.InvalidId(id).ExecuteAsync(context);

        counter.Count(id, context.Request.Headers[ReadCounter.CallerHeader]);
        return faults.For(id) is { } fault ? AnswerFaultyAsync(context, id, fault) : AnswerAsync(context, id);
    }

    public async Task ReadListAsync(HttpContext context)
    {
        if (faults.ForAll is { } fault && await injector.ApplyAsync(context, fault, () => ListBody(pipelines.All()))) return;

        await WriteAsync(context.Response, ListBody(pipelines.All()));
    }

    private async Task AnswerFaultyAsync(HttpContext context, string id, Fault fault)
    {
        if (!await injector.ApplyAsync(context, fault, () => pipelines.Find(id)?.Body ?? FaultyBodies.Placeholder)) await AnswerAsync(context, id);
    }

    private Task AnswerAsync(HttpContext context, string id) =>
        pipelines.Find(id) is { } pipeline ? WriteAsync(context.Response, pipeline.Body) : PipelineProblems.NotFound(id).ExecuteAsync(context);

    private static Task WriteAsync(HttpResponse response, ReadOnlyMemory<byte> body)
    {
        response.ContentType = Json;
        response.ContentLength = body.Length;
        var write = response.BodyWriter.WriteAsync(body, response.HttpContext.RequestAborted);
        return write.IsCompletedSuccessfully ? Task.CompletedTask : write.AsTask();
    }

    private static ReadOnlyMemory<byte> ListBody(IReadOnlyList<Pipeline> all)
    {
        var buffer = new ArrayBufferWriter<byte>(2 + all.Sum(pipeline => pipeline.Body.Length + 1));
        buffer.Write("["u8);
        for (var i = 0; i < all.Count; i++)
        {
            if (i > 0) buffer.Write(","u8);
            buffer.Write(all[i].Body.Span);
        }

        buffer.Write("]"u8);
        return buffer.WrittenMemory;
    }
}
