using PipelineAspire.Benchmarks.Backends;
using PipelineAspire.Benchmarks.Load;
using PipelineAspire.Benchmarks.Measuring;
using PipelineAspire.Benchmarks.Reporting;

namespace PipelineAspire.Benchmarks.Scenarios;

/// <summary>The stages of a change's way, one histogram each. Stages before the wire count once per change, the others once per delivery.</summary>
internal sealed class LatencyStages
{
    private readonly Histogram _changeToRead = new();
    private readonly Histogram _readToTimestamp = new();
    private readonly Histogram _readToBackplane = new();
    private readonly Histogram _backplaneToFirst = new();
    private readonly Histogram _readToFirst = new();
    private readonly Histogram _firstToEach = new();
    private readonly Histogram _timestampToEach = new();
    private readonly Histogram _total = new();

    /// <param name="pipeline">The pipeline that changed.</param>
    /// <param name="sharedAt">When it was heard on the backplane; null where that is within the server.</param>
    /// <param name="arrivals">Its arrivals.</param>
    public void Add(ScriptedPipeline pipeline, DateTimeOffset? sharedAt, LastArrivals arrivals)
    {
        var first = arrivals.At.Min();
        Add(_changeToRead, pipeline.ChangedAt, pipeline.ToldAt);
        Add(_readToTimestamp, pipeline.ToldAt, arrivals.Timestamp);
        if (sharedAt is { } shared)
        {
            Add(_readToBackplane, pipeline.ToldAt, shared);
            Add(_backplaneToFirst, shared, first);
        }
        else
        {
            Add(_readToFirst, pipeline.ToldAt, first);
        }

        foreach (var at in arrivals.At)
        {
            Add(_firstToEach, first, at);
            Add(_timestampToEach, arrivals.Timestamp, at);
            Add(_total, pipeline.ChangedAt, at);
        }
    }

    public IReadOnlyList<Figure> Figures() =>
    [
        .. Of("change_to_read", _changeToRead),
        .. Of("read_to_timestamp", _readToTimestamp),
        .. Of("read_to_backplane", _readToBackplane),
        .. Of("backplane_to_first_client", _backplaneToFirst),
        .. Of("read_to_first_client", _readToFirst),
        .. Of("first_to_each_client", _firstToEach),
        .. Of("timestamp_to_each_client", _timestampToEach),
        .. Of("change_to_each_client", _total),
    ];

    private static IEnumerable<Figure> Of(string stage, Histogram histogram) => histogram.Count == 0
        ? []
        : [new($"{stage}_p50_ms", histogram.Percentile(0.5)), new($"{stage}_p99_ms", histogram.Percentile(0.99))];

    private static void Add(Histogram histogram, DateTimeOffset from, DateTimeOffset to) => histogram.Add((to - from).TotalMilliseconds);
}
