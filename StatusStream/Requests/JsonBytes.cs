namespace PipelineAspire.StatusStream.Requests;

/// <summary>Answers with JSON that is bytes already; nobody on the way may keep it.</summary>
internal sealed class JsonBytes(ReadOnlyMemory<byte> json) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.ContentLength = json.Length;
        return response.Body.WriteAsync(json, httpContext.RequestAborted).AsTask();
    }
}
