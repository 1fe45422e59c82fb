using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Streaming;

namespace PipelineAspire.Benchmarks.Micro;

/// <summary>A change that the broadcaster tells 10,000 streams, each woken and taking its frame at once.</summary>
public class Publishing
{
    /// <summary>How many streams there are.</summary>
    public const int Subscribers = 10_000;

    private readonly SseFrames _frames = new(Options.Create(new StreamingOptions()));
    private readonly StatusBroadcaster _broadcaster = Records.Broadcaster();
    private long _bytes;
    private long _turn;

    [GlobalSetup]
    public void Subscribe()
    {
        Change();
        for (var i = 0; i < Subscribers; i++) _ = TakeAsync(_broadcaster.Subscribe(["orders"]));
    }

    [Benchmark]
    public long ToTenThousandStreams()
    {
        Change();
        return _bytes;
    }

    private void Change()
    {
        _turn++;
        _broadcaster.Receive(Records.Update(Records.Of("orders", _turn % 2 == 0 ? PipelineStatus.Active : PipelineStatus.Paused, _turn)));
    }

    private async Task TakeAsync(Subscriber subscriber)
    {
        subscriber.Begin();
        while (true)
        {
            while (subscriber.TryTake(out var delivery)) _bytes += _frames.Update(delivery.Record!, delivery.PreviousStatus).Length;
            await subscriber.Signal.WaitAsync();
        }
    }
}
