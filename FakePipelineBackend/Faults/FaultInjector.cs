using PipelineAspire.FakePipelineBackend.Pipelines;

namespace PipelineAspire.FakePipelineBackend.Faults;

/// <summary>Makes faults happen on the wire. Waiting ends when the client goes away or the process is asked to stop.</summary>
public sealed class FaultInjector(TimeProvider timeProvider, Random random, IHostApplicationLifetime lifetime)
{
    /// <summary>What a connection that breaks in the middle of an answer waits before it does, so that the first part is on its way.</summary>
    private static readonly TimeSpan BreakDelay = TimeSpan.FromMilliseconds(100);

    private int _malformed = -1;
    private int _malformedItem = -1;
    private int _hung = -1;

    /// <summary>Lets one read meet the fault.</summary>
    /// <param name="context">The read; nothing of its answer has been written yet.</param>
    /// <param name="fault">What may happen.</param>
    /// <param name="goodBody">The body that would be sent without a fault.</param>
    /// <returns>False when the read is still to be answered as usual.</returns>
    public async Task<bool> ApplyAsync(HttpContext context, Fault fault, Func<ReadOnlyMemory<byte>> goodBody)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var latency = fault.LatencyOf(random.NextDouble());
        if (latency > TimeSpan.Zero && !await WaitAsync(latency, gone.Token))
        {
            context.Abort();
            return true;
        }

        switch (fault.Choose(random.NextDouble()))
        {
            case FaultKind.Drop:
                context.Abort();
                return true;
            case FaultKind.Hang:
                await HangAsync(context, goodBody(), gone.Token);
                return true;
            case FaultKind.Error:
                await AnswerErrorAsync(context, fault);
                return true;
            case FaultKind.Malformed:
                await AnswerMalformedAsync(context, goodBody(), gone.Token);
                return true;
            default:
                return false;
        }
    }

    /// <summary>
    /// Lets one item of a batch meet the pipeline's own fault, which must harm no other: what would be no answer, or an
    /// error, leaves the item out, so that only a single read tells more; a late one is not waited for.
    /// </summary>
    /// <returns>Null when the item is left out.</returns>
    public JsonBody? ApplyToItem(Fault fault, JsonBody good) => fault.Choose(random.NextDouble()) switch
    {
        FaultKind.None => good,
        FaultKind.Malformed => FaultyBodies.Items[Next(ref _malformedItem, FaultyBodies.Items.Count)],
        _ => null,
    };

    private static Task AnswerErrorAsync(HttpContext context, Fault fault)
    {
        if (fault.RetryAfterSeconds is { } seconds) context.Response.Headers.RetryAfter = seconds.ToString();

        context.Response.StatusCode = fault.StatusCode;
        return MayHaveBody(fault.StatusCode)
            ? TypedResults.Problem("A fault set by /control.", statusCode: fault.StatusCode).ExecuteAsync(context)
            : Task.CompletedTask;
    }

    private static bool MayHaveBody(int statusCode) =>
        statusCode is not (StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified);

    /// <summary>In turn: no answer at all; headers and half of the body, then silence. Only a deadline that includes the body finds both.</summary>
    private async Task HangAsync(HttpContext context, ReadOnlyMemory<byte> body, CancellationToken gone)
    {
        if (Next(ref _hung, 2) == 1) await SendAsync(context, "application/json", body[..(body.Length / 2)], body.Length, gone);

        await WaitAsync(Timeout.InfiniteTimeSpan, gone);
        context.Abort();
    }

    private async Task AnswerMalformedAsync(HttpContext context, ReadOnlyMemory<byte> good, CancellationToken gone)
    {
        var kind = FaultyBodies.Kinds[Next(ref _malformed, FaultyBodies.Kinds.Count)];
        var body = FaultyBodies.Make(kind, good);
        var cutOff = kind == FaultyBodyKind.CutOff;
        await SendAsync(context, FaultyBodies.ContentType(kind), body, cutOff ? good.Length : body.Length, gone);
        if (!cutOff) return;

        await WaitAsync(BreakDelay, gone);
        context.Abort();
    }

    private static async Task SendAsync(HttpContext context, string contentType, ReadOnlyMemory<byte> body, int contentLength, CancellationToken gone)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = contentLength;
        try
        {
            await context.Response.BodyWriter.WriteAsync(body, gone);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }

    /// <returns>False when the wait was given up.</returns>
    private async Task<bool> WaitAsync(TimeSpan time, CancellationToken gone)
    {
        await Task.Delay(time, timeProvider, gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return !gone.IsCancellationRequested;
    }

    /// <summary>0, 1, ... <paramref name="count"/> - 1, 0, 1, ... for any number of callers.</summary>
    private static int Next(ref int turn, int count) => (int)((uint)Interlocked.Increment(ref turn) % (uint)count);
}
