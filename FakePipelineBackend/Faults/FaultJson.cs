using PipelineAspire.FakePipelineBackend.StrictJson;

namespace PipelineAspire.FakePipelineBackend.Faults;

/// <summary>Faults as they are written in <c>/control/faults</c> and in scripts.</summary>
public static class FaultJson
{
    private const int LongestLatencyMs = 600_000;
    private const int LongestRetryAfterSeconds = 86_400;

    public static IReadOnlyList<string> Known { get; } =
        ["latencyMs", "jitterMs", "errorRate", "statusCode", "malformedRate", "dropRate", "hangRate", "retryAfterSeconds"];

    /// <exception cref="InvalidBodyException">A value is of the wrong type or out of range.</exception>
    public static Fault Read(JsonFields fields)
    {
        var statusCode = fields.OptionalWholeNumber("statusCode", 200, 599);
        var retryAfter = fields.OptionalWholeNumber("retryAfterSeconds", 0, LongestRetryAfterSeconds);
        return new Fault
        {
            LatencyMs = fields.OptionalWholeNumber("latencyMs", 0, LongestLatencyMs) ?? 0,
            JitterMs = fields.OptionalWholeNumber("jitterMs", 0, LongestLatencyMs) ?? 0,

            // Who names an error, but no rate, means every answer.
            ErrorRate = fields.OptionalRate("errorRate") ?? (statusCode is null && retryAfter is null ? 0 : 1),
            StatusCode = statusCode ?? StatusCodes.Status500InternalServerError,
            MalformedRate = fields.OptionalRate("malformedRate") ?? 0,
            DropRate = fields.OptionalRate("dropRate") ?? 0,
            HangRate = fields.OptionalRate("hangRate") ?? 0,
            RetryAfterSeconds = retryAfter,
        };
    }
}
