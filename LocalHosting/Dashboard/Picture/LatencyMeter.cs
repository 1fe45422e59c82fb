using PipelineAspire.LocalHosting.Dashboard.Views;

namespace PipelineAspire.LocalHosting.Dashboard.Picture;

/// <summary>
/// How long a change takes from the backend, by its own <c>updated_at</c>, until a subscriber here is told, and how long from
/// the read that saw it, by the event's timestamp. All on the clock of this machine.
/// </summary>
internal sealed class LatencyMeter(TimeProvider clock)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    private readonly Queue<(DateTimeOffset Arrival, TimeSpan Whole, TimeSpan Delivery)> _samples = new();
    private readonly Dictionary<string, DateTimeOffset> _lastArrival = [];

    /// <param name="arrived">The status and its pipeline were told then.</param>
    /// <param name="changedAt">When the backend last changed it. If that was after the arrival, or before the one before, it was another change.</param>
    public void Add(Arrival arrived, DateTimeOffset changedAt)
    {
        var before = _lastArrival.GetValueOrDefault(arrived.PipelineId, arrived.At - Kept);
        _lastArrival[arrived.PipelineId] = arrived.At;
        if (changedAt <= before || changedAt > arrived.At) return;
        _samples.Enqueue((arrived.At, arrived.At - changedAt, arrived.At - arrived.Observed));
    }

    public LatencyView? Look()
    {
        while (_samples.TryPeek(out var oldest) && clock.GetUtcNow() - oldest.Arrival > Kept) _samples.Dequeue();
        if (_samples.Count == 0) return null;
        var whole = _samples.Select(sample => (int)sample.Whole.TotalMilliseconds).Order().ToList();
        var delivery = _samples.Select(sample => Math.Max(0, (int)sample.Delivery.TotalMilliseconds)).Order().ToList();
        return new LatencyView(whole.Count, whole[whole.Count / 2], whole[^1], delivery[delivery.Count / 2]);
    }
}

/// <summary>A change that was told.</summary>
/// <param name="PipelineId">Of what.</param>
/// <param name="At">When it arrived.</param>
/// <param name="Observed">When the service saw it.</param>
internal sealed record Arrival(string PipelineId, DateTimeOffset At, DateTimeOffset Observed);
