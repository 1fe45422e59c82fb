using BenchmarkDotNet.Attributes;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.Benchmarks.Micro;

/// <summary>A stream that takes once for every ten changes of a pipeline, and so is told the last alone.</summary>
public class Conflation
{
    private const int Behind = 10;
    private static readonly PipelineStatus[] Statuses = [PipelineStatus.Active, PipelineStatus.Pausing, PipelineStatus.Paused];

    private readonly StatusBroadcaster _broadcaster = Records.Broadcaster();
    private readonly PollUpdate[] _updates = [.. Statuses.Select((status, i) => Records.Update(Records.Of("orders", status, i)))];
    private readonly Subscriber _subscriber;
    private int _turn;

    public Conflation()
    {
        _subscriber = _broadcaster.Subscribe(["orders"]);
        _subscriber.Begin();
    }

    [Benchmark]
    public int TenChangesPerTake()
    {
        for (var i = 0; i < Behind; i++)
        {
            _turn = (_turn + 1) % _updates.Length;
            _broadcaster.Receive(_updates[_turn]);
        }

        var told = 0;
        while (_subscriber.TryTake(out _)) told++;
        return told;
    }
}
