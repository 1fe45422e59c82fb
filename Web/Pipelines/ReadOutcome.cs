namespace PipelineAspire.Web.Pipelines;

public enum ReadOutcome
{
    Found,

    /// <summary>The backend has no such pipeline.</summary>
    Missing,

    /// <summary>The status service, or the backend behind it, did not answer.</summary>
    Unavailable,
}

/// <summary>What became of a read; the value is there when it was found.</summary>
public sealed record ReadResult<T>(ReadOutcome Outcome, T? Value = null)
    where T : class;
