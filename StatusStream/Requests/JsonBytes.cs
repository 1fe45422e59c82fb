namespace PipelineAspire.StatusStream.Requests;

/// <summary>
/// Answers with JSON that is bytes already; nobody on the way may keep it. It is written in pieces: of one large write the server would keep a copy
/// for each client, as long as that takes its time.
/// </summary>
internal sealed class JsonBytes(ReadOnlyMemory<byte> json) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.ContentLength = json.Length;
        for (var rest = json; !rest.IsEmpty;)
        {
            var piece = rest[..Math.Min(rest.Length, StreamServer.ResponseBufferBytes)];
            await response.Body.WriteAsync(piece, httpContext.RequestAborted);
            rest = rest[piece.Length..];
        }
    }
}
