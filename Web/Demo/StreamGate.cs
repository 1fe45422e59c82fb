namespace PipelineAspire.Web.Demo;

/// <summary>What a bad proxy does to streams, for the demos: hold their bytes back, or refuse them. Open unless told otherwise.</summary>
internal sealed class StreamGate(TimeProvider timeProvider)
{
    private const string StreamPath = "/ui-api/pipeline/status/stream";

    private readonly Lock _gate = new();
    private readonly long _origin = timeProvider.GetTimestamp();
    private TimeSpan _swallowsUntil;
    private TimeSpan _refusesUntil;
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>How much longer bytes are held back; zero when they are not.</summary>
    public TimeSpan SwallowsFor => Left(ref _swallowsUntil);

    /// <summary>How much longer streams are refused; zero when they are not.</summary>
    public TimeSpan RefusesFor => Left(ref _refusesUntil);

    private TimeSpan Now => timeProvider.GetElapsedTime(_origin);

    /// <summary>Connections stay open, and not one byte passes until then; nothing is lost.</summary>
    public void Swallow(TimeSpan duration) => Change(() => _swallowsUntil = Now + duration);

    /// <summary>Streams are cut, and new ones refused until then.</summary>
    public void Refuse(TimeSpan duration) => Change(() => _refusesUntil = Now + duration);

    /// <summary>Everything passes again.</summary>
    public void Open() => Change(() => _swallowsUntil = _refusesUntil = TimeSpan.Zero);

    /// <summary>Lets a stream through as the gate is set, and anything else.</summary>
    public async Task PassAsync(HttpContext context, Func<Task> next)
    {
        if (!context.Request.Path.Equals(StreamPath, StringComparison.OrdinalIgnoreCase))
        {
            await next();
            return;
        }

        if (RefusesFor > TimeSpan.Zero)
        {
            await Results.Problem("The demo's proxy refuses streams for a while.", statusCode: StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
            return;
        }

        var (client, body) = (context.RequestAborted, context.Response.Body);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(client);
        await using var gated = new GatedBody(body, this);
        context.RequestAborted = cut.Token;
        context.Response.Body = gated;
        var watch = CutWhenRefusedAsync(cut);
        try
        {
            await next();
        }
        finally
        {
            await cut.CancelAsync();
            await watch;
            (context.RequestAborted, context.Response.Body) = (client, body);
        }
    }

    /// <summary>Waits while bytes are held back.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        while (SwallowsFor is var left && left > TimeSpan.Zero)
        {
            var changed = ChangedAsync();
            try
            {
                await changed.WaitAsync(left, timeProvider, cancellationToken);
            }
            catch (TimeoutException)
            {
                // It is over.
            }
        }
    }

    private async Task CutWhenRefusedAsync(CancellationTokenSource cut)
    {
        while (!cut.IsCancellationRequested)
        {
            var changed = ChangedAsync();
            if (RefusesFor > TimeSpan.Zero)
            {
                await cut.CancelAsync();
                return;
            }

            await changed.WaitAsync(cut.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task ChangedAsync()
    {
        lock (_gate) return _changed.Task;
    }

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            change();
            (changed, _changed) = (_changed, NewSignal());
        }

        changed.SetResult();
    }

    private TimeSpan Left(ref TimeSpan until)
    {
        lock (_gate) return until > Now ? until - Now : TimeSpan.Zero;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
