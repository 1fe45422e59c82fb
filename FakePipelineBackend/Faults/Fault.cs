namespace PipelineAspire.FakePipelineBackend.Faults;

/// <summary>
/// What goes wrong with reads, and how often. Every read is late by <see cref="LatencyMs"/> plus up to
/// <see cref="JitterMs"/>; then at most one of the four things happens to it. Rates are probabilities, 0 to 1. Where
/// they add up to more than 1, dropping goes before hanging, hanging before errors, errors before malformed bodies.
/// </summary>
public sealed record Fault
{
    /// <summary>Milliseconds before the answer begins.</summary>
    public int LatencyMs { get; init; }

    /// <summary>At most so many milliseconds more, evenly distributed.</summary>
    public int JitterMs { get; init; }

    /// <summary>How often the answer is <see cref="StatusCode"/>.</summary>
    public double ErrorRate { get; init; }

    public int StatusCode { get; init; } = StatusCodes.Status500InternalServerError;

    /// <summary>How often the answer is a 200 whose body cannot be believed.</summary>
    public double MalformedRate { get; init; }

    /// <summary>How often the connection is aborted without an answer.</summary>
    public double DropRate { get; init; }

    /// <summary>How often the answer, or the second half of its body, never comes.</summary>
    public double HangRate { get; init; }

    /// <summary>Seconds in the Retry-After header of error answers; null for none.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>What happens to one read.</summary>
    /// <param name="draw">A random number, at least 0 and less than 1.</param>
    public FaultKind Choose(double draw)
    {
        if (draw < DropRate) return FaultKind.Drop;
        if (draw < DropRate + HangRate) return FaultKind.Hang;
        if (draw < DropRate + HangRate + ErrorRate) return FaultKind.Error;
        return draw < DropRate + HangRate + ErrorRate + MalformedRate ? FaultKind.Malformed : FaultKind.None;
    }

    /// <summary>How late one read is.</summary>
    /// <param name="draw">A random number, at least 0 and less than 1.</param>
    public TimeSpan LatencyOf(double draw) => TimeSpan.FromMilliseconds(LatencyMs + (JitterMs * draw));
}

public enum FaultKind
{
    None,
    Drop,
    Hang,
    Error,
    Malformed,
}
