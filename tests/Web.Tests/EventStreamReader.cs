using System.Text;

namespace PipelineAspire.Web.Tests;

/// <summary>Reads a stream as it arrives.</summary>
internal sealed class EventStreamReader : IAsyncDisposable
{
    private readonly HttpClient _client;
    private readonly Stream _body;

    private EventStreamReader(HttpClient client, HttpResponseMessage response, Stream body) => (_client, Response, _body) = (client, response, body);

    public HttpResponseMessage Response { get; }

    public static async Task<EventStreamReader> Open(Uri web, string ids = "orders")
    {
        var client = new HttpClient { BaseAddress = web, Timeout = Timeout.InfiniteTimeSpan };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/ui-api/pipeline/status/stream?pipelineIds={ids}");
        request.Headers.Add("Accept", "text/event-stream");
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Bounds.Patience);
        return new EventStreamReader(client, response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>What arrives next; empty when the stream has ended or broken.</summary>
    public async Task<string> Next()
    {
        var buffer = new byte[4096];
        try
        {
            var count = await _body.ReadAsync(buffer).AsTask().WaitAsync(Bounds.Patience);
            return Encoding.UTF8.GetString(buffer, 0, count);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            return "";
        }
    }

    /// <summary>All that arrives until a text has.</summary>
    public async Task<string> Until(string text)
    {
        var all = "";
        while (!all.Contains(text, StringComparison.Ordinal))
        {
            var next = await Next();
            Assert.True(next.Length > 0, $"The stream has ended: {all}");
            all += next;
        }

        return all;
    }

    /// <summary>Returns when the stream has ended or broken.</summary>
    public async Task End()
    {
        while ((await Next()).Length > 0)
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _body.DisposeAsync();
        Response.Dispose();
        _client.Dispose();
    }
}
