using System.IO.Compression;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace PipelineAspire.EndToEnd.Tests.Streams;

/// <summary>One connection of an event stream, read by hand and recorded.</summary>
internal sealed class StreamClient : IAsyncDisposable
{
    public const string Path = "ui-api/pipeline/status/stream";

    private readonly HttpResponseMessage _response;
    private readonly CancellationTokenSource _leaving = new();

    private StreamClient(HttpResponseMessage response, StreamRecording recording)
    {
        _response = response;
        Recording = recording;
        Closed = ReadAsync();
    }

    public StreamRecording Recording { get; }

    public HttpResponseMessage Response => _response;

    /// <summary>Completes when the server has ended the stream, orderly or not; not while the stream is open.</summary>
    public Task Closed { get; }

    /// <summary>How long the server asks to wait before a reconnect.</summary>
    public TimeSpan ReconnectDelay { get; private set; }

    /// <summary>Connects, and returns when the headers are there.</summary>
    /// <exception cref="HttpRequestException">The stream was refused, or the connection failed.</exception>
    public static async Task<StreamClient> OpenAsync(
        HttpClient http, IEnumerable<string> pipelines, StreamRecording? recording = null, string? lastEventId = null, string query = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Path}?pipelineIds={string.Join(',', pipelines)}{query}");
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (!string.IsNullOrEmpty(lastEventId)) request.Headers.Add("Last-Event-ID", lastEventId);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        try
        {
            response.EnsureSuccessStatusCode();
            return new StreamClient(response, recording ?? new StreamRecording());
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>Connects, and returns when the status of each pipeline has been told.</summary>
    public static async Task<StreamClient> OpenWithStatusesAsync(HttpClient http, params string[] pipelines)
    {
        var client = await OpenAsync(http, pipelines);
        foreach (var pipeline in pipelines) await client.Recording.FirstAsync(told => told.Statuses.ContainsKey(pipeline));
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        _response.Dispose();
        await Closed.WaitAsync(Bounded.Patience);
        _leaving.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            await using var body = await _response.Content.ReadAsStreamAsync(_leaving.Token);
            await using var plain = _response.Content.Headers.ContentEncoding.Contains("gzip") ? new GZipStream(body, CompressionMode.Decompress) : body;
            var parser = SseParser.Create(plain, (_, data) => JsonDocument.Parse(data.ToArray()).RootElement);
            await foreach (var item in parser.EnumerateAsync(_leaving.Token))
            {
                ReconnectDelay = parser.ReconnectionInterval;
                Recording.Add(new StreamEvent(Bounded.Now, item.EventType, parser.LastEventId, item.Data));
            }
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or OperationCanceledException)
        {
            // A broken connection ends the stream like any other end.
        }
    }
}
