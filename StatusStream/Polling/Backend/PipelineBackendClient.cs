using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>Reads the backend over HTTP, each request within its deadline and with a bounded body.</summary>
internal sealed class PipelineBackendClient(
    HttpClient http,
    IOptions<PipelineBackendOptions> options,
    PollCadence cadence,
    BackendStatusReader statuses,
    TimeProvider timeProvider) : IPipelineBackend
{
    /// <summary>The header that tells the backend which replica reads.</summary>
    public const string InstanceHeader = "X-StatusStream-Instance";

    /// <summary>The largest body of a batch or a list, in bytes.</summary>
    public const int MaxListBytes = 16 * 1024 * 1024;

    private readonly PipelineBackendOptions _backend = options.Value;
    private readonly string _baseUrl = options.Value.BaseUrl.TrimEnd('/');
    private readonly JsonPath _id = JsonPath.Parse(options.Value.Batch.IdProperty);
    private readonly BatchAnswers _batches = new();

    public async ValueTask<PipelineReading> ReadAsync(string pipelineId, KnownAnswer? known, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(cadence.RequestTimeout, timeProvider, cancellationToken);
        try
        {
            var url = _baseUrl + _backend.HealthPath.Replace(PipelineBackendOptions.IdPlaceholder, pipelineId, StringComparison.Ordinal);
            using var response = await SendAsync(url, known?.ETag, deadline.Token);
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
                return new PipelineReading(pipelineId, PipelineCondition.NotFound, Reason: $"{(int)response.StatusCode}");
            if (response.StatusCode == HttpStatusCode.NotModified && known is not null)
                return new PipelineReading(pipelineId, PipelineCondition.Ok, known.Status) { MaxAge = BackendHeaders.MaxAge(response) };
            if (!response.IsSuccessStatusCode) return Failed(response) with { PipelineId = pipelineId };

            var body = await BoundedBody.ReadAsync(response, _backend.MaxBodyBytes, deadline.Token);
            return new PipelineReading(pipelineId, PipelineCondition.Ok, statuses.Read(body), body)
            {
                MaxAge = BackendHeaders.MaxAge(response),
                ETag = BackendHeaders.ETag(response),
            };
        }
        catch (Exception e) when (IsReadFailure(e) && !cancellationToken.IsCancellationRequested)
        {
            return Failed(e) with { PipelineId = pipelineId };
        }
    }

    public async ValueTask<BackendAnswer> ReadBatchAsync(IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(cadence.RequestTimeout, timeProvider, cancellationToken);
        try
        {
            var url = _baseUrl + _backend.Batch.Path!.Replace(PipelineBackendOptions.IdsPlaceholder, string.Join(',', pipelineIds), StringComparison.Ordinal);
            var known = _batches.Find(url);
            using var response = await SendAsync(url, known?.ETag, deadline.Token);
            if (response.StatusCode == HttpStatusCode.NotModified && known is not null) return Answer(pipelineIds, known.Statuses, response);
            if (!response.IsSuccessStatusCode) return BackendAnswer.Failed(pipelineIds, Failed(response));

            var found = await ReadStatusesAsync(response, deadline.Token);
            _batches.Keep(url, BackendHeaders.ETag(response), found);
            return Answer(pipelineIds, found, response);
        }
        catch (Exception e) when (IsReadFailure(e) && !cancellationToken.IsCancellationRequested)
        {
            return BackendAnswer.Failed(pipelineIds, Failed(e));
        }
    }

    public async ValueTask<PipelineListing> ListAsync(PipelineListing? known, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(cadence.RequestTimeout, timeProvider, cancellationToken);
        try
        {
            using var response = await SendAsync(_baseUrl + _backend.ListPath, known?.ETag, deadline.Token);
            if (response.StatusCode == HttpStatusCode.NotModified && known is not null) return known;
            if (!response.IsSuccessStatusCode)
                throw new BackendException($"The backend answered {(int)response.StatusCode} to the list of pipelines.", timedOut: false);
            var body = await BoundedBody.ReadAsync(response, MaxListBytes, deadline.Token);
            return PipelineListingJson.Read(body, _backend, BackendHeaders.ETag(response));
        }
        catch (Exception e) when (IsReadFailure(e) && !cancellationToken.IsCancellationRequested)
        {
            var timedOut = e is OperationCanceledException;
            throw new BackendException(timedOut ? "The backend did not answer in time." : $"The backend's list could not be read: {e.Message}", timedOut);
        }
    }

    private static bool IsReadFailure(Exception e) => e is HttpRequestException or IOException or JsonException
        or OperationCanceledException or InvalidOperationException or InvalidDataException; // the last for a body that is not what its encoding says

    private async Task<HttpResponseMessage> SendAsync(string url, string? knownTag, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Version = http.DefaultRequestVersion, VersionPolicy = http.DefaultVersionPolicy };
        if (knownTag is not null) request.Headers.TryAddWithoutValidation("If-None-Match", knownTag);
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private async ValueTask<Dictionary<string, PipelineStatus>> ReadStatusesAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, PipelineStatus>(StringComparer.Ordinal);
        var items = _backend.Batch.ItemsProperty is { } property ? JsonPath.Parse(property) : null;
        var reader = new JsonItems(items, MaxListBytes, item =>
        {
            // An item without an id harms only itself; of two about one pipeline the first counts, since lists begin with the newest.
            if (BackendStatusJson.ReadValue(item, _id) is { } id && PipelineId.IsValid(id)) found.TryAdd(id, statuses.Read(item));
        });
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await reader.ReadAsync(body, cancellationToken);
        return found;
    }

    private BackendAnswer Answer(IReadOnlyList<string> pipelineIds, Dictionary<string, PipelineStatus> found, HttpResponseMessage response)
    {
        var maxAge = BackendHeaders.MaxAge(response);
        var readings = new List<PipelineReading>(pipelineIds.Count);
        List<string>? missing = null;
        foreach (var id in pipelineIds)
        {
            if (found.TryGetValue(id, out var status)) readings.Add(new PipelineReading(id, PipelineCondition.Ok, status) { MaxAge = maxAge });
            else (missing ??= []).Add(id);
        }

        return new BackendAnswer(readings)
        {
            Missing = missing ?? [],
            Shown = _backend.Batch.IsAboutAll ? found.Keys.ToHashSet(StringComparer.Ordinal) : null,
        };
    }

    private PipelineReading Failed(HttpResponseMessage response)
    {
        var isDenied = response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
        var reason = isDenied
            ? $"the backend refuses this hub's credentials ({(int)response.StatusCode}): see {PipelineBackendOptions.Section}:Headers"
            : $"the backend answered {(int)response.StatusCode}";
        return new PipelineReading("", PipelineCondition.Error, RetryAfter: BackendHeaders.RetryAfter(response, timeProvider), Reason: reason) { IsDenied = isDenied };
    }

    private PipelineReading Failed(Exception e) => e is OperationCanceledException
        ? new PipelineReading("", PipelineCondition.Timeout, Reason: $"no answer within {cadence.RequestTimeout.TotalSeconds:0.###} s")
        : new PipelineReading("", PipelineCondition.Error, Reason: e.Message);

    /// <summary>Cancels after a time or with the caller, whichever is first.</summary>
    private sealed class Deadline : IDisposable
    {
        private readonly CancellationTokenSource _timer;
        private readonly CancellationTokenSource _either;

        public Deadline(TimeSpan timeout, TimeProvider timeProvider, CancellationToken caller)
        {
            _timer = new CancellationTokenSource(timeout, timeProvider);
            _either = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, caller);
        }

        public CancellationToken Token => _either.Token;

        public void Dispose()
        {
            _either.Dispose();
            _timer.Dispose();
        }
    }
}
