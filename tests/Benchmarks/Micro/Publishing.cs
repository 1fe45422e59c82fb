using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Backplane;
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
    private readonly PollUpdate[] _updates =
    [
        Records.Update(Records.Of("orders", PipelineStatus.Active, 1)),
        Records.Update(Records.Of("orders", PipelineStatus.Paused, 2)),
    ];
    private long _bytes;
    private int _turn;

    [GlobalSetup]
    public void Subscribe()
    {
        _broadcaster.Receive(_updates[0]);
        for (var i = 0; i < Subscribers; i++) _ = TakeAsync(_broadcaster.Subscribe(["orders"]));
    }

    [Benchmark]
    public long ToTenThousandStreams()
    {
        _broadcaster.Receive(_updates[_turn ^= 1]);
        return _bytes;
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
