using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace PipelineAspire.LocalHosting.Dashboard.Live;

/// <summary>Server-Sent Events of one response.</summary>
internal sealed class EventWriter(HttpResponse response, CancellationToken cancellationToken)
{
    public async Task BeginAsync()
    {
        response.ContentType = "text/event-stream";
        response.Headers[HeaderNames.CacheControl] = "no-cache, no-transform";
        await response.WriteAsync("retry: 1000\n\n", cancellationToken);
        await FlushAsync();
    }

    public Task WriteAsync<T>(T data, long? id = null) =>
        response.WriteAsync($"{(id is { } number ? $"id: {number}\n" : "")}data: {JsonSerializer.Serialize(data, JsonSerializerOptions.Web)}\n\n", cancellationToken);

    public Task FlushAsync() => response.Body.FlushAsync(cancellationToken);
}
