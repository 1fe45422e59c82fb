using CsCheck;
using PipelineAspire.StatusStream.Polling.Pacing;

namespace PipelineAspire.StatusStream.Tests.Polling.Pacing;

/// <summary>What holds whatever happens in whatever order; a failing sequence is printed with its seed.</summary>
public class PollScheduleProperties
{
    private const int Slots = 3;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(1000);

    private enum Act
    {
        Pass,
        Watch,
        RetainFor,
        Refresh,
        Complete,
        CompleteWithRetryAfter,
    }

    private static readonly Gen<(Act Act, int Pipeline, int Milliseconds)[]> Sequences =
        Gen.Select(Gen.Int[0, 5].Select(act => (Act)act), Gen.Int[0, 7], Gen.Int[0, 700]).Array[1, 200];

    [Fact]
    public void NoSequenceOfEventsBreaksThePace() => Sequences.Sample(Obeys, iter: 3000);

    private static void Obeys((Act Act, int Pipeline, int Milliseconds)[] sequence)
    {
        var schedule = Schedules.Of(Interval, Slots);
        var now = TimeSpan.Zero;
        var underWay = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        var notBefore = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        foreach (var (act, pipeline, milliseconds) in sequence)
        {
            var id = $"p{pipeline}";
            var time = TimeSpan.FromMilliseconds(milliseconds);
            if (act == Act.Pass) now += time;
            else if (act == Act.Watch) schedule.Watch(id, now);
            else if (act == Act.RetainFor && schedule.PipelineIds.Contains(id, StringComparer.Ordinal)) schedule.Watch(id, now, now + time);
            else if (act == Act.Refresh) schedule.Refresh(id, now);
            else if (act is Act.Complete or Act.CompleteWithRetryAfter)
            {
                TimeSpan? retryAfter = act == Act.Complete ? null : time;
                var wasUnderWay = underWay.Remove(id);
                Assert.Equal(wasUnderWay, schedule.Complete(id, now, retryAfter));
                if (wasUnderWay) notBefore[id] = now + (retryAfter ?? TimeSpan.Zero);
            }

            foreach (var dropped in schedule.DropExpired(now))
            {
                Assert.DoesNotContain(dropped, underWay.Keys);
                notBefore.Remove(dropped);
            }

            while (schedule.TryTakeOne(now, out var taken))
            {
                Assert.Contains(taken, schedule.PipelineIds);
                Assert.True(underWay.TryAdd(taken, now), "two reads of one pipeline at once");
                Assert.True(underWay.Values.Count(start => start + Interval > now) <= Slots, "more young reads than slots");
                Assert.True(!notBefore.TryGetValue(taken, out var earliest) || now >= earliest, "read before Retry-After was over");
            }

            // Nothing due is left lying while there is a slot; nothing is forgotten.
            if (underWay.Values.Count(start => start + Interval > now) < Slots)
            {
                Assert.True(schedule.NextWake(now) is not { } wake || wake > now, "due, but not taken");
            }

            foreach (var watched in schedule.PipelineIds.Except(underWay.Keys, StringComparer.Ordinal)) Assert.NotNull(schedule.NextWake(now));
        }

        EveryPipelineIsReadOncePerIntervalFromHereOn(schedule, now, underWay.Keys);
    }

    private static void EveryPipelineIsReadOncePerIntervalFromHereOn(PollSchedule schedule, TimeSpan now, IEnumerable<string> underWay)
    {
        foreach (var id in underWay) schedule.Complete(id, now);
        foreach (var id in schedule.PipelineIds.ToArray()) schedule.Watch(id, now);
        var end = now + (8 * Interval);
        var reads = new List<(string Id, TimeSpan At)>();
        while (schedule.NextWake(now) is { } wake && wake <= end)
        {
            now = wake > now ? wake : now;
            while (schedule.TryTakeOne(now, out var id))
            {
                reads.Add((id, now));
                schedule.Complete(id, now);
            }
        }

        foreach (var id in schedule.PipelineIds)
        {
            // The first intervals still pay off Retry-After and calls to look now; then the pace is exact.
            var times = reads.Where(read => read.Id == id && read.At > end - (5 * Interval)).Select(read => read.At).ToArray();
            Assert.Equal(5, times.Length);
            foreach (var (earlier, later) in times.Zip(times.Skip(1))) Assert.Equal(Interval, later - earlier);
        }
    }
}
