using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Backplane.Upstream;

/// <summary>Another hub over HTTP.</summary>
internal sealed class HttpUpstream(
    UpstreamReplicas replicas, UpstreamToken token, IOptions<UpstreamOptions> options, PollCadence cadence, TimeProvider timeProvider) : IUpstream
{
    /// <summary>How long headers of a stream may take: a hub sends them before it waits for anything.</summary>
    private static readonly TimeSpan HeadersWithin = TimeSpan.FromSeconds(1);

    private const string EventStream = "text/event-stream";
    private const string StreamPath = "/status/stream";

    public async Task<IUpstreamStream> OpenAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        var query = $"?pipelineIds={string.Join(',', request.PipelineIds)}&watch=1&relay=1&fields=1"
            + (request.IsList ? "&list=1" : "")
            + (request.Known is { } known ? string.Create(CultureInfo.InvariantCulture, $"&known={known:x16}") : "");
        var (answer, address) = await replicas.SendAsync(Make, mayRepeat: true, isRefusal: null, HeadersWithin, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.OK && answer.Content.Headers.ContentType?.MediaType == EventStream)
        {
            replicas.Prefer(address);
            return new HttpUpstreamStream(answer, await answer.Content.ReadAsStreamAsync(cancellationToken), address, ChangeAsync, () => replicas.NoteFailure(address));
        }

        using (answer)
        {
            replicas.NoteFailure(address);
            throw Refused(address, answer.StatusCode, "where a stream was asked for");
        }

        HttpRequestMessage Make(Uri address)
        {
            var message = new HttpRequestMessage(HttpMethod.Get, replicas.Of(address, StreamPath + query));
            message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(EventStream));
            if (request.LastEventId is { } seen) message.Headers.TryAddWithoutValidation("Last-Event-ID", seen.ToString());
            return message;
        }
    }

    public async ValueTask NotifyAsync(IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken)
    {
        try
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(new UpstreamNotification(pipelineIds), UpstreamJson.Default.UpstreamNotification);
            var (answer, _) = await replicas.SendAsync(
                address => PostNotification(replicas.Of(address, "/notify"), body), mayRepeat: true, isRefusal: null, within: null, cancellationToken);
            answer.Dispose();
        }
        catch (UpstreamException)
        {
            // Whoever reads looks at its own pace.
        }
    }

    public async ValueTask<ReadOnlyMemory<byte>?> FindDocumentAsync(string pipelineId, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(cadence.Interval + cadence.RequestTimeout, timeProvider, cancellationToken);
        try
        {
            var (answer, _) = await replicas.SendAsync(
                address => new HttpRequestMessage(HttpMethod.Get, replicas.Of(address, $"/{pipelineId}/health")),
                mayRepeat: true, isRefusal: null, within: null, deadline.Token);
            using (answer)
            {
                if (!answer.IsSuccessStatusCode) return null;
                return await BoundedBody.ReadAsync(answer, PipelineBackendClient.MaxListBytes, deadline.Token);
            }
        }
        catch (Exception e) when (e is UpstreamException or HttpRequestException or IOException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>Hubs of a tree have one key for notifications, where they have any.</summary>
    private HttpRequestMessage PostNotification(Uri address, byte[] body)
    {
        var message = Post(address, body);
        if (options.Value.NotifyKey is { } key) message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return message;
    }

    private async Task<UpstreamAnswer> ChangeAsync(Uri address, UpstreamChange change, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(change, UpstreamJson.Default.UpstreamChange);

        // Another replica finds the stream only while they can ask each other; a revision is never made twice.
        var (answer, _) = await replicas.SendAsync(
            to => Post(replicas.Of(to, StreamPath + "/watch"), body), mayRepeat: true, static answer => answer.StatusCode == HttpStatusCode.NotFound, HeadersWithin,
            cancellationToken);
        using (answer)
        {
            return answer.StatusCode switch
            {
                HttpStatusCode.Accepted => new(UpstreamOutcome.Accepted),
                HttpStatusCode.NotFound => new(UpstreamOutcome.NoSuchStream),
                HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable =>
                    new(UpstreamOutcome.TooOften, answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1)),
                HttpStatusCode.BadRequest when await MaxPipelinesAsync(answer, cancellationToken) is { } most =>
                    new(UpstreamOutcome.TooManyPipelines, MaxPipelines: most),
                HttpStatusCode.Conflict => new(UpstreamOutcome.Accepted), // made already, by an answer that was lost
                _ => throw Refused(address, answer.StatusCode, "to a watch request"),
            };
        }
    }

    private UpstreamException Refused(Uri address, HttpStatusCode status, string request) => new(
        $"{address.Authority} {(status == HttpStatusCode.Unauthorized ? token.Refusal : string.Create(CultureInfo.InvariantCulture, $"answered {(int)status} {request}"))}");

    private static async Task<int?> MaxPipelinesAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            using var problem = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
            return problem.RootElement.TryGetProperty("maxPipelines", out var most) && most.TryGetInt32(out var count) ? count : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static HttpRequestMessage Post(Uri address, byte[] body) => new(HttpMethod.Post, address)
    {
        Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
    };
}

/// <summary>Pipelines to look at now.</summary>
/// <param name="PipelineIds">The pipelines.</param>
internal sealed record UpstreamNotification(IReadOnlyList<string> PipelineIds);
