namespace PipelineAspire.Web.Pipelines;

public enum ReadOutcome
{
    Found,

    /// <summary>The backend has no such pipeline.</summary>
    Missing,

    /// <summary>The status service, or the backend behind it, did not answer.</summary>
    Unavailable,

    /// <summary>There was an answer, and it is another than expected: a person has to mend that.</summary>
    Misunderstood,
}

/// <summary>What became of a read; the value is there when it was found, the reason where one is known when it was not.</summary>
public sealed record ReadResult<T>(ReadOutcome Outcome, T? Value = null, string? Reason = null)
    where T : class;
