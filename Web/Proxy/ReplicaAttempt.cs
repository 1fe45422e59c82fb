using Yarp.ReverseProxy.Transforms;

namespace PipelineAspire.Web.Proxy;

/// <summary>One request at one replica, given up when the replica is silent. Stands in the request's items meanwhile.</summary>
internal sealed class ReplicaAttempt : IDisposable
{
    private readonly ReplicaWatch _watch;
    private readonly CancellationTokenSource _over;
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isGivenUp;

    private ReplicaAttempt(ReplicaWatch watch, CancellationToken client) =>
        (_watch, _over) = (watch, CancellationTokenSource.CreateLinkedTokenSource(client));

    /// <summary>Forwards a request to the replica that load balancing chooses, and watches that.</summary>
    /// <returns>True when the replica was silent, and nothing has been answered.</returns>
    public static async Task<bool> RunAsync(HttpContext context, ReplicaWatch watch, Func<Task> forward)
    {
        var client = context.RequestAborted;
        using var attempt = new ReplicaAttempt(watch, client);
        context.RequestAborted = attempt._over.Token;
        context.Items[typeof(ReplicaAttempt)] = attempt;
        var forwarding = forward(); // the replica is chosen before it waits for anything
        var watching = forwarding.IsCompleted ? Task.CompletedTask : attempt.WatchAsync(context);
        try
        {
            await forwarding;
        }
        finally
        {
            attempt._answered.TrySetResult();
            await watching;
            context.Items.Remove(typeof(ReplicaAttempt));
            context.RequestAborted = client;
        }

        return attempt._isGivenUp && !context.Response.HasStarted && !client.IsCancellationRequested;
    }

    /// <summary>The headers of an answer are there: from now on it may take as long as it likes.</summary>
    public static ValueTask NoteAnswerAsync(ResponseTransformContext transform)
    {
        var context = transform.HttpContext;
        if (transform.ProxyResponse is not null && context.Items[typeof(ReplicaAttempt)] is ReplicaAttempt attempt)
        {
            attempt._watch.Heard(context.GetReverseProxyFeature().ProxiedDestination!);
            attempt._answered.TrySetResult();
        }

        return ValueTask.CompletedTask;
    }

    public void Dispose() => _over.Dispose();

    private async Task WatchAsync(HttpContext context)
    {
        if (context.GetReverseProxyFeature().ProxiedDestination is not { } replica || context.GetRouteModel().Cluster is not { } cluster) return;
        if (!await _watch.IsSilentAsync(cluster, replica, _answered.Task) || !_answered.TrySetResult()) return;
        _isGivenUp = true;
        await _over.CancelAsync();
    }
}
