namespace PipelineAspire.StatusStream.Pipelines;

/// <summary>What one read of the backend found.</summary>
/// <param name="PipelineId">The pipeline that was read.</param>
/// <param name="Condition">How the read went.</param>
/// <param name="Status">The status, when the read went well.</param>
/// <param name="Body">The backend's JSON, UTF-8, when the read went well.</param>
/// <param name="RetryAfter">How long the backend asked to be left alone, if it did.</param>
/// <param name="Reason">Why the read failed, for the log.</param>
internal readonly record struct PipelineReading(
    string PipelineId,
    PipelineCondition Condition,
    PipelineStatus? Status = null,
    ReadOnlyMemory<byte> Body = default,
    TimeSpan? RetryAfter = null,
    string? Reason = null)
{
    /// <summary>
    /// What is known after this reading, or null when it only confirms <paramref name="before"/>. A failed read keeps
    /// the last status; within an episode of 404 a read that fails otherwise changes nothing.
    /// </summary>
    public PipelineRecord? Advance(PipelineRecord? before, StatusVersion version, long timestamp)
    {
        if (Condition == PipelineCondition.Ok)
        {
            var confirmed = before is { Condition: PipelineCondition.Ok } && before.Status == Status && before.Body.Span.SequenceEqual(Body.Span);
            return confirmed ? null : new PipelineRecord(PipelineId, version, Status, Condition, Body, timestamp);
        }

        var goneAlready = before?.Condition == PipelineCondition.NotFound;
        return before?.Condition == Condition || goneAlready
            ? null
            : new PipelineRecord(PipelineId, version, before?.Status, Condition, before?.Body ?? default, timestamp);
    }
}
