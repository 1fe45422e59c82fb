using System.IO.Pipelines;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Backplane.Upstream;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Tests.Backplane.Upstream;

/// <summary>A relay's broadcaster, fed by what another hub says.</summary>
public abstract class UpstreamFeedRig
{
    private protected UpstreamFeedRig()
    {
        Broadcaster = new StatusBroadcaster(Cadence, Clock, PipeScheduler.Inline);
        Feed = new UpstreamFeed(Broadcaster, Cadence, Clock);
    }

    private protected static TimeSpan Moment { get; } = TimeSpan.FromSeconds(0.5);

    private protected static PollCadence Cadence { get; } = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));

    private protected FakeTimeProvider Clock { get; } = new();

    private protected StatusBroadcaster Broadcaster { get; }

    private protected UpstreamFeed Feed { get; }

    private protected long Now => (long)Clock.GetElapsedTime(0).TotalMilliseconds;

    private protected static StreamEvent Take(Subscriber client)
    {
        Assert.True(client.TryTake(out var told), "nothing was told");
        return told;
    }

    private protected static string Text(StreamEvent told) => string.Join(' ', (told.Records ?? [told.Record!])
        .Select(record => $"{record.PipelineId}={record.Status}").Order(StringComparer.Ordinal));

    private protected static string Fields(StreamEvent told, out FieldsPart part)
    {
        part = told.Fields;
        var fields = told.Record!.Fields!;
        return string.Join(' ', fields.Names.Select((name, i) => $"{name}={(fields[i] is { } value ? System.Text.Encoding.UTF8.GetString(value) : "")}"));
    }

    private protected void Connect(UpstreamEvent first, IReadOnlyCollection<string> asked)
    {
        Feed.Connect([]);
        Feed.TakeBatch(first, asked, []);
    }

    private protected void Lease(double seconds, long sequence = 9, params (string, double)[] except)
    {
        Feed.TakeLease(Said.Lease(Now, seconds, sequence, except));
        Broadcaster.CheckFreshness();
    }

    private protected Subscriber Watch(params string[] pipelineIds)
    {
        var client = Broadcaster.Subscribe(pipelineIds);
        client.Begin();
        Broadcaster.CheckFreshness();
        return client;
    }

    /// <summary>Time passes, and the broadcaster looks as often as it does.</summary>
    private protected void Pass(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += Moment)
        {
            Clock.Advance(Moment);
            Broadcaster.CheckFreshness();
        }
    }
}
