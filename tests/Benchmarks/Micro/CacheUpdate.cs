using BenchmarkDotNet.Attributes;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.Benchmarks.Micro;

/// <summary>A reading that comes to the status cache, which knows 10,000 pipelines.</summary>
public class CacheUpdate
{
    private const int Pipelines = 10_000;
    private const string Changing = "pipeline-5000";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly StatusCache _cache = new();
    private readonly PipelineRecord[] _states = [Records.Of(Changing, PipelineStatus.Active, 1), Records.Of(Changing, PipelineStatus.Paused, 2)];
    private int _turn;

    public CacheUpdate()
    {
        for (var i = 0; i < Pipelines; i++) _cache.Apply(Records.Of($"pipeline-{i}", PipelineStatus.Active, i), TimeSpan.Zero, Interval);
    }

    [Benchmark]
    public bool Change() => _cache.Apply(_states[_turn ^= 1], TimeSpan.FromSeconds(1), Interval) == CacheEffect.Unchanged;

    [Benchmark]
    public void Confirmation() => _cache.Confirm(Changing, TimeSpan.FromSeconds(1), Interval);
}
