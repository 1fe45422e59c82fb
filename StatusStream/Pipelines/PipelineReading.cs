namespace PipelineAspire.StatusStream.Pipelines;

/// <summary>What one read of the backend found.</summary>
/// <param name="PipelineId">The pipeline that was read.</param>
/// <param name="Condition">How the read went.</param>
/// <param name="Status">The status, when the read went well.</param>
/// <param name="Body">The backend's JSON, UTF-8; empty when the read brought none, or failed.</param>
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
    /// <summary>How long the backend says that its answer holds (<c>Cache-Control: max-age</c>), if it says so.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>True when the backend refused the credentials of this hub.</summary>
    public bool IsDenied { get; init; }

    /// <summary>The entity tag of the answer, if it has one.</summary>
    public string? ETag { get; init; }

    /// <summary>
    /// What is known after this reading, or null when it only confirms <paramref name="before"/>. A failed read keeps
    /// the last status; within an episode of 404 a read that fails otherwise changes nothing.
    /// </summary>
    public PipelineRecord? Advance(PipelineRecord? before, StatusVersion version, long timestamp)
    {
        if (Condition == PipelineCondition.Ok)
        {
            var isConfirmed = before is { Condition: PipelineCondition.Ok } && before.Status == Status;
            return isConfirmed ? null : new PipelineRecord(PipelineId, version, Status, Condition, timestamp);
        }

        var goneAlready = before?.Condition == PipelineCondition.NotFound;
        return before?.Condition == Condition || goneAlready
            ? null
            : new PipelineRecord(PipelineId, version, before?.Status, Condition, timestamp);
    }
}
