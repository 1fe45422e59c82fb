using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Pacing;

namespace PipelineAspire.Benchmarks.Days;

/// <summary>What a day is made of.</summary>
/// <param name="Pipelines">How many pipelines are watched all day.</param>
/// <param name="Interval">The poll interval.</param>
/// <param name="StableInterval">The longest interval of one that does not change.</param>
/// <param name="BatchSize">How many pipelines one request may be for; null without batches.</param>
/// <param name="Notifies">True when the backend says at once that something has changed.</param>
internal sealed record DayPlan(int Pipelines, TimeSpan Interval, TimeSpan StableInterval, int? BatchSize, bool Notifies);

/// <summary>What a day was like.</summary>
/// <param name="Reads">How many pipelines the backend was asked for, each time counted.</param>
/// <param name="Requests">How many requests that took.</param>
/// <param name="ReadsByBucket">The reads of each <see cref="SimulatedDay.Bucket"/>.</param>
/// <param name="Changes">When something changed.</param>
/// <param name="Delays">How long each change took until its read was over, in milliseconds, the shortest first.</param>
internal sealed record Day(long Reads, long Requests, IReadOnlyList<int> ReadsByBucket, IReadOnlyList<TimeSpan> Changes, IReadOnlyList<double> Delays);

/// <summary>
/// The schedule of the poll loop through a day of virtual time: the product's own class, told the time and waiting for none of it.
/// The backend answers within <see cref="AnswerTime"/>, with what was true when it was asked.
/// </summary>
internal sealed class SimulatedDay
{
    public const double ChangingPerHour = 0.02;
    public static readonly TimeSpan Length = TimeSpan.FromHours(24);
    public static readonly TimeSpan Bucket = TimeSpan.FromMinutes(2);
    public static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(50);

    private const int Seed = 20261126;
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(3);

    private readonly DayPlan _plan;
    private readonly PollSchedule _schedule;
    private readonly Dictionary<string, PipelineStatus> _truth;
    private readonly Dictionary<string, TimeSpan> _untold = new(StringComparer.Ordinal);
    private readonly Queue<(TimeSpan At, string Pipeline)> _changes;
    private readonly Queue<(TimeSpan At, IReadOnlyList<PipelineReading> Readings)> _underWay = new();
    private readonly int[] _readsByBucket = new int[(int)(Length / Bucket)];
    private readonly List<double> _delays = [];
    private long _reads;
    private long _requests;

    private SimulatedDay(DayPlan plan)
    {
        _plan = plan;
        _schedule = new PollSchedule(
            new PollCadence(plan.Interval, RequestTimeout) { StableInterval = plan.StableInterval },
            new ScheduleLimits { MaxPipelines = plan.Pipelines, BatchSize = plan.BatchSize });
        string[] names = [.. Enumerable.Range(0, plan.Pipelines).Select(number => $"pipeline-{number}")];
        _truth = names.ToDictionary(name => name, _ => PipelineStatus.Active, StringComparer.Ordinal);
        _changes = new Queue<(TimeSpan At, string Pipeline)>(Changes(names));
    }

    public static Day Run(DayPlan plan, CancellationToken cancellationToken) => new SimulatedDay(plan).Run(cancellationToken);

    /// <summary>Other pipelines every hour, each at a time of its own; the same in every day that is simulated.</summary>
    private static List<(TimeSpan At, string Pipeline)> Changes(string[] names)
    {
#pragma warning disable CA5394 // no secret: the same changes are wanted every time
        var random = new Random(Seed);
        var anHour = Math.Max(1, (int)Math.Round(names.Length * ChangingPerHour));
        return Enumerable.Range(0, (int)Length.TotalHours)
            .SelectMany(hour => random.GetItems(names, 4 * anHour).Distinct(StringComparer.Ordinal).Take(anHour)
                .Select(name => (At: TimeSpan.FromHours(hour) + (random.NextDouble() * TimeSpan.FromHours(1)), Pipeline: name)))
            .OrderBy(change => change.At)
            .ToList();
#pragma warning restore CA5394
    }

    private Day Run(CancellationToken cancellationToken)
    {
        var changes = _changes.Select(change => change.At).ToList();
        var now = TimeSpan.Zero;
        foreach (var name in _truth.Keys) _schedule.Watch(name, now);
        while (now < Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (_underWay.TryPeek(out var answer) && answer.At <= now) Take(_underWay.Dequeue().Readings, now);
            while (_changes.TryPeek(out var change) && change.At <= now) Change(_changes.Dequeue().Pipeline, now);
            while (_schedule.TryTake(now, out var read)) Ask(read.Batch ?? [read.PipelineId], now);
            now = Next(now);
        }

        return new Day(_reads, _requests, _readsByBucket, changes, [.. _delays.Order()]);
    }

    private TimeSpan Next(TimeSpan now)
    {
        var next = _schedule.NextWake(now) ?? Length;
        if (_underWay.TryPeek(out var answer) && answer.At < next) next = answer.At;
        if (_changes.TryPeek(out var change) && change.At < next) next = change.At;
        return next > now ? next : now + TimeSpan.FromTicks(1);
    }

    private void Change(string pipeline, TimeSpan now)
    {
        _truth[pipeline] = _truth[pipeline] == PipelineStatus.Active ? PipelineStatus.Paused : PipelineStatus.Active;
        _untold[pipeline] = now;
        if (_plan.Notifies) _schedule.Refresh(pipeline, now);
    }

    private void Ask(IReadOnlyList<string> pipelines, TimeSpan now)
    {
        _requests++;
        _reads += pipelines.Count;
        _readsByBucket[(int)(now / Bucket)] += pipelines.Count;
        _underWay.Enqueue((now + AnswerTime, [.. pipelines.Select(id => new PipelineReading(id, PipelineCondition.Ok, _truth[id]))]));
    }

    private void Take(IReadOnlyList<PipelineReading> readings, TimeSpan now)
    {
        foreach (var reading in readings)
        {
            _schedule.Complete(reading, now);
            if (reading.Status == _truth[reading.PipelineId] && _untold.TryGetValue(reading.PipelineId, out var changed) && now - AnswerTime >= changed)
            {
                _delays.Add((now - changed).TotalMilliseconds);
                _untold.Remove(reading.PipelineId);
            }
        }
    }
}
