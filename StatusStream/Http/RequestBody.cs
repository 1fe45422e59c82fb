namespace PipelineAspire.StatusStream.Http;

/// <summary>The body of a request, read whole: small, and there in time, or refused.</summary>
internal static class RequestBody
{
    /// <summary>How long it may take to arrive. Kestrel asks for an average rate, by which a megabyte without its last byte would be waited for over an hour.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <summary>Reads it; one of the two is null.</summary>
    /// <param name="context">The request.</param>
    /// <param name="maxBytes">What the endpoint's size limit is, for the refusal's words.</param>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    public static async Task<(byte[]? Bytes, IResult? Refusal)> ReadAsync(HttpContext context, int maxBytes)
    {
        var reader = context.Request.BodyReader;
        using var late = new CancellationTokenSource(Timeout, context.RequestServices.GetRequiredService<TimeProvider>());
        await using var registration = late.Token.Register(reader.CancelPendingRead); // a token would leave the reader unfit to be drained
        using var body = new MemoryStream();
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(context.RequestAborted);
                foreach (var part in read.Buffer) body.Write(part.Span);
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) return (body.ToArray(), null);
                if (!read.IsCanceled) continue;
                context.Response.Headers.Connection = "close"; // nobody waits for the rest
                return (null, Problems.LateBody(Timeout));
            }
        }
        catch (IOException e)
        {
            return (null, Problems.UnreadableBody(e, maxBytes));
        }
    }
}
