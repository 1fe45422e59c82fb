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
    /// <summary>What it found beside the status; null when nothing is wanted, or the read failed.</summary>
    public PipelineFields? Fields { get; init; }

    /// <summary>How long the backend says that its answer holds (<c>Cache-Control: max-age</c>), if it says so.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>True when the backend refused the credentials of this hub.</summary>
    public bool IsDenied { get; init; }

    /// <summary>Where a read that failed has asked, for the log: without credentials and query.</summary>
    public string? Address { get; init; }

    /// <summary>The entity tag of the answer, if it has one.</summary>
    public string? ETag { get; init; }

    /// <summary>
    /// What is known after this reading, or null when it only confirms <paramref name="before"/>. A failed read keeps
    /// the last status and fields; within an episode of 404 a read that fails otherwise changes nothing.
    /// </summary>
    public PipelineRecord? Advance(PipelineRecord? before, StatusVersion version, long timestamp)
    {
        if (Condition == PipelineCondition.Ok)
        {
            var isSameStatus = before is { Condition: PipelineCondition.Ok } && before.Status == Status;
            var areSameFields = PipelineFields.AreSame(before?.Fields, Fields);
            if (isSameStatus && areSameFields) return null;
            return new PipelineRecord(PipelineId, version, Status, Condition, timestamp)
            {
                Fields = areSameFields ? before?.Fields ?? Fields : Fields,
                FieldsBefore = before?.Fields,
                StatusVersion = isSameStatus ? before!.StatusVersion : version,
            };
        }

        var goneAlready = before?.Condition == PipelineCondition.NotFound;
        return before?.Condition == Condition || goneAlready
            ? null
            : new PipelineRecord(PipelineId, version, before?.Status, Condition, timestamp) { Fields = before?.Fields, FieldsBefore = before?.Fields };
    }
}
