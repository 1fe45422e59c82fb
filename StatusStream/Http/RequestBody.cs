using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace PipelineAspire.StatusStream.Http;

/// <summary>The body of a request, read whole: small, and there in time, or refused.</summary>
internal static class RequestBody
{
    /// <summary>How long it may take to arrive. Kestrel asks for an average rate, by which a megabyte without its last byte would be waited for over an hour.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How much of a body that is too large is taken all the same, and thrown away. A client that sends before it listens would find the
    /// connection broken in the place of its answer, if nobody took what it sends.
    /// </summary>
    public const int MaxDiscardedBytes = 16 * 1024 * 1024;

    /// <summary>Reads it; one of the two is null.</summary>
    /// <param name="context">The request.</param>
    /// <param name="maxBytes">The largest that is taken.</param>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    public static async Task<(byte[]? Bytes, IResult? Refusal)> ReadAsync(HttpContext context, int maxBytes)
    {
        var reader = context.Request.BodyReader;
        TakeTooLarge(context);
        using var late = new CancellationTokenSource(Timeout, context.RequestServices.GetRequiredService<TimeProvider>());
        await using var registration = late.Token.Register(reader.CancelPendingRead); // a token would leave the reader unfit to be drained
        using var body = new MemoryStream();
        var isTooLarge = false;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(context.RequestAborted);
                isTooLarge |= body.Length + read.Buffer.Length > maxBytes;
                if (isTooLarge)
                {
                    body.SetLength(0);
                    body.Capacity = 0;
                }
                else
                {
                    foreach (var part in read.Buffer) body.Write(part.Span);
                }

                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) return isTooLarge ? (null, Problems.LargeBody(maxBytes)) : (body.ToArray(), null);
                if (!read.IsCanceled) continue;
                context.Response.Headers.Connection = "close"; // nobody waits for the rest
                return (null, isTooLarge ? Problems.LargeBody(maxBytes) : Problems.LateBody(Timeout));
            }
        }
        catch (IOException e)
        {
            return (null, Problems.UnreadableBody(e, maxBytes));
        }
    }

    /// <summary>The endpoint's own limit is met here. Who asks before sending (100-continue) is refused at once, and so is what says that it is far too large.</summary>
    private static void TakeTooLarge(HttpContext context)
    {
        if (!StringValues.IsNullOrEmpty(context.Request.Headers.Expect) || context.Request.ContentLength > MaxDiscardedBytes) return;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false, MaxRequestBodySize: < MaxDiscardedBytes } limit)
            limit.MaxRequestBodySize = MaxDiscardedBytes;
    }
}
