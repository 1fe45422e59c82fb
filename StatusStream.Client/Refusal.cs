using System.Net;
using System.Text.Json;

namespace PipelineAspire.StatusStream.Client;

/// <summary>What an answer that is no stream says.</summary>
internal static class Refusal
{
    /// <summary>How much of the answer is read, in bytes: problem details are short.</summary>
    private const int MaxBodyBytes = 64 * 1024;

    public static async Task<StatusStreamRefusedException> ReadAsync(Uri address, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var what = response.StatusCode == HttpStatusCode.OK
            ? $"the answer is no event stream but '{response.Content.Headers.ContentType}'"
            : $"the server answered {(int)response.StatusCode}";
        var detail = await DetailAsync(response.Content, cancellationToken);
        var shown = address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.SafeUnescaped); // no password, and no long list of ids
        var message = $"The status stream at {shown} was refused: {what}{(detail is null ? "." : $": {detail}")}";
        return response.StatusCode == HttpStatusCode.Unauthorized
            ? new StatusStreamSignedOutException(message)
            : new StatusStreamRefusedException(message, response.StatusCode);
    }

    /// <summary>The <c>detail</c>, or else the <c>title</c>, of problem details; null when there are none.</summary>
    private static async Task<string?> DetailAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentType?.MediaType is not ("application/problem+json" or "application/json")) return null;
        try
        {
            await using var body = await content.ReadAsStreamAsync(cancellationToken);
            var buffer = new byte[MaxBodyBytes];
            var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            using var problem = JsonDocument.Parse(buffer.AsMemory(0, length));
            return Text(problem.RootElement, "detail") ?? Text(problem.RootElement, "title");
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or HttpRequestException)
        {
            return null; // the status code has to do
        }
    }

    private static string? Text(JsonElement problem, string name) =>
        problem.ValueKind == JsonValueKind.Object && problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
