using System.Buffers;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>Reads the backend over HTTP, each read within its deadline and with a bounded body.</summary>
internal sealed class PipelineBackendClient(
    HttpClient http, IOptions<PipelineBackendOptions> backend, PollCadence cadence, BackendStatusMap statusMap, TimeProvider timeProvider) : IPipelineBackend
{
    /// <summary>The header that tells the backend which replica reads.</summary>
    public const string InstanceHeader = "X-StatusStream-Instance";

    /// <summary>The largest health body, in bytes.</summary>
    public const int MaxHealthBytes = 64 * 1024;

    /// <summary>The largest list body, in bytes.</summary>
    public const int MaxListBytes = 16 * 1024 * 1024;

    private readonly string _baseUrl = backend.Value.BaseUrl.TrimEnd('/');

    public async ValueTask<PipelineReading> ReadAsync(string pipelineId, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(cadence.RequestTimeout, timeProvider, cancellationToken);
        try
        {
            var url = _baseUrl + backend.Value.HealthPath.Replace(PipelineBackendOptions.IdPlaceholder, pipelineId, StringComparison.Ordinal);
            using var response = await http.GetAsync(new Uri(url), HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            if (response.StatusCode == HttpStatusCode.NotFound) return new PipelineReading(pipelineId, PipelineCondition.NotFound, Reason: "404");
            if (!response.IsSuccessStatusCode)
                return new PipelineReading(
                    pipelineId, PipelineCondition.Error, RetryAfter: RetryAfter(response), Reason: $"the backend answered {(int)response.StatusCode}");

            var body = await ReadBodyAsync(response, MaxHealthBytes, deadline.Token);
            var status = statusMap.Translate(BackendStatusJson.ReadProperty(body, backend.Value.StatusProperty));
            return new PipelineReading(pipelineId, PipelineCondition.Ok, status, body);
        }
        catch (Exception e) when (IsReadFailure(e) && !cancellationToken.IsCancellationRequested)
        {
            return e is OperationCanceledException
                ? new PipelineReading(pipelineId, PipelineCondition.Timeout, Reason: $"no answer within {cadence.RequestTimeout.TotalSeconds:0.###} s")
                : new PipelineReading(pipelineId, PipelineCondition.Error, Reason: e.Message);
        }
    }

    public async ValueTask<ReadOnlyMemory<byte>> ListAsync(CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(cadence.RequestTimeout, timeProvider, cancellationToken);
        try
        {
            using var response = await http.GetAsync(new Uri(_baseUrl + backend.Value.ListPath), HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw new BackendException($"The backend answered {(int)response.StatusCode} to the list of pipelines.", timedOut: false);
            }

            var body = await ReadBodyAsync(response, MaxListBytes, deadline.Token);
            using var document = JsonDocument.Parse(body); // a list that is not JSON must not be passed on as such
            return body;
        }
        catch (Exception e) when (IsReadFailure(e) && !cancellationToken.IsCancellationRequested)
        {
            var timedOut = e is OperationCanceledException;
            throw new BackendException(timedOut ? "The backend did not answer in time." : $"The backend's list could not be read: {e.Message}", timedOut);
        }
    }

    private static bool IsReadFailure(Exception e) => e is HttpRequestException or IOException or JsonException
        or OperationCanceledException or InvalidOperationException or InvalidDataException; // the last for a body that is not what its encoding says

    private static async ValueTask<byte[]> ReadBodyAsync(HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > limit) throw new IOException($"The body is larger than {limit} bytes.");
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            var length = 0;
            while (await stream.ReadAsync(buffer.AsMemory(length), cancellationToken) is > 0 and var read)
            {
                length += read;
                if (length > limit) throw new IOException($"The body is larger than {limit} bytes.");
                if (length == buffer.Length) buffer = Grow(buffer);
            }

            var body = buffer.AsSpan(0, length);
            return body.StartsWith("\uFEFF"u8) ? body[3..].ToArray() : body.ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        if (response.Headers.RetryAfter is not { } header) return null;
        // A date is meant by the backend's clock, so it is measured from the backend's own Date where there is one.
        var wait = header.Delta ?? (header.Date - (response.Headers.Date ?? timeProvider.GetUtcNow()));
        return wait > TimeSpan.Zero ? wait : null;
    }

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
