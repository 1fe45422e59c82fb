using BenchmarkDotNet.Attributes;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.Benchmarks.Micro;

/// <summary>Streams that take once for every ten changes of a pipeline, and so are told the last alone.</summary>
public class Conflation
{
    /// <summary>How many streams there are.</summary>
    public const int Subscribers = 1000;

    /// <summary>How many changes there are for each take.</summary>
    public const int Behind = 10;

    private static readonly PipelineStatus[] Statuses = [PipelineStatus.Active, PipelineStatus.Pausing, PipelineStatus.Paused];

    private readonly StatusBroadcaster _broadcaster = Records.Broadcaster();
    private readonly List<Subscriber> _subscribers = [];
    private long _turn;

    [GlobalSetup]
    public void Subscribe()
    {
        for (var i = 0; i < Subscribers; i++)
        {
            var subscriber = _broadcaster.Subscribe(["orders"]);
            subscriber.Begin();
            _subscribers.Add(subscriber);
        }
    }

    [Benchmark]
    public int TenChangesPerTake()
    {
        for (var i = 0; i < Behind; i++)
        {
            _turn++;
            _broadcaster.Receive(Records.Update(Records.Of("orders", Statuses[_turn % Statuses.Length], _turn)));
        }

        var told = 0;
        foreach (var subscriber in _subscribers)
        {
            while (subscriber.TryTake(out _)) told++;
        }

        return told;
    }
}
