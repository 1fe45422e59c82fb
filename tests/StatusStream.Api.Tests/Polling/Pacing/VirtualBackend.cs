using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Pacing;

namespace PipelineAspire.StatusStream.Tests.Polling.Pacing;

/// <summary>A backend in virtual time, read as a schedule says: what was read when, with how many requests.</summary>
internal sealed class VirtualBackend(PollSchedule schedule, TimeSpan latency)
{
    private readonly PriorityQueue<PlannedRead, TimeSpan> _underWay = new();

    /// <summary>Each request: when it began, and for how many pipelines.</summary>
    public List<(TimeSpan At, PlannedRead Read)> Requests { get; } = [];

    /// <summary>When each pipeline's reads began.</summary>
    public Dictionary<string, List<TimeSpan>> Reads { get; } = new(StringComparer.Ordinal);

    public TimeSpan Now { get; private set; }

    /// <summary>What a read finds at a time.</summary>
    public Func<string, TimeSpan, PipelineReading> Answer { get; set; } = (id, _) => new PipelineReading(id, PipelineCondition.Ok, PipelineStatus.Active);

    /// <summary>Pipelines that no batch has.</summary>
    public Func<string, bool> IsMissingFromBatches { get; set; } = _ => false;

    /// <summary>Told of each reading, after the schedule.</summary>
    public Action<PipelineReading>? Read { get; set; }

    public void Run(TimeSpan until)
    {
        while (true)
        {
            while (schedule.TryTake(Now, out var read))
            {
                Requests.Add((Now, read));
                foreach (var id in read.Batch ?? [read.PipelineId])
                {
                    if (!Reads.TryGetValue(id, out var times)) Reads.Add(id, times = []);
                    times.Add(Now);
                }

                _underWay.Enqueue(read, Now + latency);
            }

            var next = schedule.NextWake(Now) ?? TimeSpan.MaxValue;
            if (_underWay.TryPeek(out _, out var answered) && answered < next) next = answered;
            if (next > until) break;
            Assert.True(next > Now || _underWay.Count > 0 || schedule.NextWake(Now) > Now, $"The schedule spins at {Now}.");
            Now = next > Now ? next : Now;
            while (_underWay.TryPeek(out var over, out var at) && at <= Now)
            {
                _underWay.Dequeue();
                End(over);
            }
        }

        Now = until;
    }

    public int RequestsBetween(TimeSpan from, TimeSpan to) => Requests.Count(request => request.At > from && request.At <= to);

    private void End(PlannedRead read)
    {
        foreach (var id in read.Batch ?? [read.PipelineId])
        {
            if (read.Batch is not null && IsMissingFromBatches(id))
            {
                schedule.Miss(id, Now);
                continue;
            }

            var reading = Answer(id, Now);
            schedule.Complete(reading, Now);
            Read?.Invoke(reading);
        }
    }
}
