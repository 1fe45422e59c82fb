namespace PipelineAspire.StatusStream.Polling.Pacing;

/// <summary>
/// By how much all intervals are stretched so that the requests that are planned fit a budget. It goes in steps, so that
/// reads keep their places within the interval while a few pipelines come and go. Pure.
/// </summary>
internal sealed class BudgetStretch(double perSecond)
{
    /// <summary>So much of the budget is planned for; the rest is for what cannot be planned: new watchers, calls to look now.</summary>
    private const double Planned = 0.9;

    private const double Step = 1.1;

    private int _steps;

    /// <summary>The factor, 1 or more.</summary>
    public double Factor { get; private set; } = 1;

    /// <summary>Takes the requests a second that are planned with intervals as they are without a budget.</summary>
    public void Plan(double requestsPerSecond)
    {
        var needed = Math.Max(0, Math.Log(Math.Max(requestsPerSecond, 1e-9) / (perSecond * Planned)) / Math.Log(Step));
        if (needed <= _steps && needed >= _steps - 2) return;
        _steps = (int)Math.Ceiling(needed);
        Factor = Math.Pow(Step, _steps);
    }
}
