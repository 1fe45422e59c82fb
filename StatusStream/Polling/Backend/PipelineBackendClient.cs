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
    private readonly string _proxyWords = EnvironmentProxy.Words(new Uri(options.Value.BaseUrl));
    private readonly string _baseUrl = options.Value.BaseUrl.TrimEnd('/');
    private readonly string? _batchAddress = options.Value.Batch.Path is { } path ? BackendAddress.Shown(options.Value.BaseUrl.TrimEnd('/') + path) : null;
    private readonly JsonPath? _items = options.Value.Batch.ItemsProperty is { } property ? JsonPath.Parse(property) : null;
    private readonly PipelineListingJson _listing = new(options.Value);
    private readonly BatchAnswers _batches = new();

    public async ValueTask<PipelineReading> ReadAsync(string pipelineId, KnownAnswer? known, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(cadence.RequestTimeout, timeProvider, cancellationToken);
        var url = _baseUrl + _backend.HealthPath.Replace(PipelineBackendOptions.IdPlaceholder, pipelineId, StringComparison.Ordinal);
        try
        {
            using var response = await SendAsync(url, known?.ETag, deadline.Token);
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
                return new PipelineReading(pipelineId, PipelineCondition.NotFound, Reason: $"{(int)response.StatusCode}") { Address = BackendAddress.Shown(url) };
            if (response.StatusCode == HttpStatusCode.NotModified && known is not null)
                return new PipelineReading(pipelineId, PipelineCondition.Ok, known.Status) { MaxAge = BackendHeaders.MaxAge(response), Fields = known.Fields };
            if (!response.IsSuccessStatusCode) return Failed(response) with { PipelineId = pipelineId, Address = BackendAddress.Shown(url) };

            var body = await BoundedBody.ReadAsync(response, _backend.MaxBodyBytes, deadline.Token);
            return new PipelineReading(pipelineId, PipelineCondition.Ok, statuses.Read(body), body)
            {
                Fields = statuses.ReadFields(body),
                MaxAge = BackendHeaders.MaxAge(response),
                ETag = BackendHeaders.ETag(response),
            };
        }
        catch (Exception e) when (IsReadFailure(e) && !cancellationToken.IsCancellationRequested)
        {
            return Failed(e) with { PipelineId = pipelineId, Address = BackendAddress.Shown(url) };
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
            if (!response.IsSuccessStatusCode) return BackendAnswer.Failed(pipelineIds, Failed(response) with { Address = _batchAddress });

            var found = await ReadStatusesAsync(response, deadline.Token);
            _batches.Keep(url, BackendHeaders.ETag(response), found);
            return Answer(pipelineIds, found, response);
        }
        catch (Exception e) when (IsReadFailure(e) && !cancellationToken.IsCancellationRequested)
        {
            return BackendAnswer.Failed(pipelineIds, Failed(e) with { Address = _batchAddress });
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
                throw new BackendException($"The list of pipelines cannot be read: {Failed(response).Reason}.", timedOut: false);
            var body = await BoundedBody.ReadAsync(response, MaxListBytes, deadline.Token);
            return _listing.Read(body, BackendHeaders.ETag(response));
        }
        catch (Exception e) when (IsReadFailure(e) && !cancellationToken.IsCancellationRequested)
        {
            var timedOut = e is OperationCanceledException;
            throw new BackendException(timedOut ? "The backend did not answer in time." : $"The backend's list could not be read: {Words(e)}.", timedOut);
        }
    }

    private static bool IsReadFailure(Exception e) => e is HttpRequestException or IOException or JsonException
        or OperationCanceledException or InvalidOperationException or InvalidDataException; // the last for a body that is not what its encoding says

    /// <summary>Asks, and asks once more where the connection had been closed since the last request.</summary>
    private async Task<HttpResponseMessage> SendAsync(string url, string? knownTag, CancellationToken cancellationToken) =>
        await TrySendAsync(url, knownTag, isLast: false, cancellationToken) ?? (await TrySendAsync(url, knownTag, isLast: true, cancellationToken))!;

    private async Task<HttpResponseMessage?> TrySendAsync(string url, string? knownTag, bool isLast, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Version = http.DefaultRequestVersion, VersionPolicy = http.DefaultVersionPolicy };
        if (knownTag is not null) request.Headers.TryAddWithoutValidation("If-None-Match", knownTag);
        var connection = BackendConnection.Of(request);
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException e) when (!isLast && connection.WasOver(e))
        {
            return null;
        }
    }

    private async ValueTask<Dictionary<string, BackendStatus>> ReadStatusesAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, BackendStatus>(StringComparer.Ordinal);
        BoundedBody.RefuseLarger(response, MaxListBytes);
        var reader = new JsonItems(_items, MaxListBytes, item =>
        {
            // Of two about one pipeline the first counts, since lists of runs begin with the newest.
            if (statuses.ReadItem(item) is { } read) found.TryAdd(read.PipelineId, read.Said);
        });
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await reader.ReadAsync(body, cancellationToken);
        return found;
    }

    private BackendAnswer Answer(IReadOnlyList<string> pipelineIds, Dictionary<string, BackendStatus> found, HttpResponseMessage response)
    {
        var maxAge = BackendHeaders.MaxAge(response);
        var readings = new List<PipelineReading>(pipelineIds.Count);
        List<string>? missing = null;
        foreach (var id in pipelineIds)
        {
            if (found.TryGetValue(id, out var said))
                readings.Add(new PipelineReading(id, PipelineCondition.Ok, said.Status) { MaxAge = maxAge, Fields = said.Fields });
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
        // A 403 that says how long to wait is a limit of requests, and nothing that a person has to mend.
        var retryAfter = BackendHeaders.RetryAfter(response, timeProvider);
        var isDenied = response.StatusCode == HttpStatusCode.Unauthorized || (response.StatusCode == HttpStatusCode.Forbidden && retryAfter is null);
        var reason = isDenied
            ? $"the backend refuses this hub's credentials ({(int)response.StatusCode}): see {PipelineBackendOptions.Section}:Headers"
            : $"the backend answered {(int)response.StatusCode}{_proxyWords}";
        return new PipelineReading("", PipelineCondition.Error, RetryAfter: retryAfter, Reason: reason) { IsDenied = isDenied };
    }

    private PipelineReading Failed(Exception e) => e is OperationCanceledException
        ? new PipelineReading("", PipelineCondition.Timeout, Reason: $"no answer within {cadence.RequestTimeout.TotalSeconds:0.###} s{_proxyWords}")
        : new PipelineReading("", PipelineCondition.Error, Reason: Words(e));

    private string Words(Exception e) => FailureMessage.Of(e) + BackendAddress.Words(e, _backend.BaseUrl) + _proxyWords;
}
