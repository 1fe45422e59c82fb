using System.IO.Pipelines;
using System.Net;
using PipelineAspire.StatusStream.Access;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Streaming.Watching;
using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Streaming;

/// <summary>Runs one stream from its first batch to its end, whatever carries its bytes.</summary>
internal sealed class StreamRunner(
    PipelineAdmission admission,
    PipelineRights rights,
    StatusSubscriptions subscriptions,
    ListWatch listWatch,
    VisibleList lists,
    StreamRegistry streams,
    HeartbeatWheel heartbeats,
    SseFrames frames,
    WatchedStreams watchedStreams,
    StatusStreamMetrics metrics,
    TimeProvider timeProvider,
    ILogger<StreamRunner> logger,
    [FromKeyedServices(InjectedHang.OfStreams)] InjectedHang? hang = null)
{
    /// <summary>Runs until the client leaves, is cut off or signed out, or the replica drains. The response has begun already.</summary>
    /// <param name="request">What the client asked for.</param>
    /// <param name="output">Takes the events.</param>
    /// <param name="client">Names the client in the log; of a proxy that the host does not know it is the proxy's.</param>
    /// <param name="abort">Breaks the connection.</param>
    /// <param name="aborted">The client left, or the connection was broken.</param>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    public async Task RunAsync(StreamRequest request, PipeWriter output, IPEndPoint? client, Action abort, CancellationToken aborted)
    {
        var opened = timeProvider.GetTimestamp();
        var mayChange = request.IsWatch || (rights.MayChange && request.Viewer.User is not null);
        if (mayChange || request.IsList) request.Viewer = request.Viewer.Slim(); // it is kept as long as the stream
        if (await RefuseAsync(request, aborted) is not { } refused)
        {
            abort(); // it comes back, and is told why
            return;
        }

        using var subscription = await subscriptions.OpenAsync(
            request.PipelineIds, request.LastEventId, aborted, refused, timeProvider.GetElapsedTime(opened), request.Known, request.WantsFields, request.IsRelay);
        var watched = mayChange ? watchedStreams.Open(subscription, request.Viewer, request.LastEventId, abort) : null;
        var session = new StreamSession(output, subscription.Subscriber, frames, metrics, timeProvider)
        {
            Hang = hang,
            Handle = request.IsWatch ? watched!.Handle : null,
            Expires = request.Viewer.Expires,
        };
        using var signOut = new SignOutTimer(session.SignOut, request.Viewer.Expires, timeProvider);
        var listener = request.IsList || watched is not null ? lists.Before(session, request.Viewer) : session;
        if (watched is not null) (watched.Listener, watched.SignOut) = (listener, signOut);
        request.Viewer = request.Viewer.Bare(); // whoever needs to know more has it
        streams.Add(session, abort);
        if (request.IsList) listWatch.Add(listener);
        try
        {
            using (heartbeats.Join(session)) await session.RunAsync(aborted);
        }
        catch (SlowClientException)
        {
            logger.ClientCutOff(client, StreamSession.WriteTimeout, session.Pipelines);
            abort();
        }
        finally
        {
            if (watched is not null) await watchedStreams.CloseAsync(watched);
            listWatch.Remove(listener);
            streams.Remove(session);
            metrics.StatusesConflated(subscription.Subscriber.Conflated);
        }
    }

    private async ValueTask<IReadOnlyDictionary<string, PipelineCondition>?> RefuseAsync(StreamRequest request, CancellationToken aborted)
    {
        try
        {
            return await admission.RefuseAsync(request.Viewer, request.PipelineIds, aborted);
        }
        catch (RightsException)
        {
            return null;
        }
    }
}
