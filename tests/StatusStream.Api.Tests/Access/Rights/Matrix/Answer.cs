using System.Net;
using System.Text.RegularExpressions;

namespace PipelineAspire.StatusStream.Tests.Access.Rights.Matrix;

/// <summary>What was answered, as far as it can tell anything: without times, and what names the request or the stream.</summary>
/// <param name="Status">Its status code.</param>
/// <param name="Headers">All but the date.</param>
/// <param name="Body">Its text; of a stream, the events that were waited for.</param>
internal sealed partial record Answer(HttpStatusCode Status, string Headers, string Body)
{
    public static Answer Of(HttpResponseMessage response, string body) => new(
        response.StatusCode,
        string.Join('\n', response.Headers.Concat(response.Content.Headers)
            .Where(static header => header.Key != "Date")
            .Select(static header => $"{header.Key}: {string.Join(", ", header.Value)}")
            .Order(StringComparer.Ordinal)),
        body);

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    public bool Tells(string text) => Body.Contains(text, StringComparison.Ordinal);

    /// <summary>The same, whatever its pipeline is called.</summary>
    public string About(string pipelineId) =>
        $"{(int)Status}\n{Headers}\n\n{Changing().Replace(Body, "")}".Replace(pipelineId, "{id}", StringComparison.Ordinal);

    [GeneratedRegex("""
        "(timestamp|clock|expiresInMs)":\d+|,?"(traceId|stream)":"[^"]*"|^id: .*$
        """, RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Changing();
}
