using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace PipelineAspire.FakePipelineBackend.Counting;

/// <summary>What <c>GET /control/stats</c> answers.</summary>
/// <param name="Total">All health reads.</param>
/// <param name="Pipelines">Reads of each pipeline, existing or not.</param>
/// <param name="Callers">Reads by each caller.</param>
public sealed record ReadStats(long Total, IReadOnlyDictionary<string, long> Pipelines, IReadOnlyDictionary<string, long> Callers);

/// <summary>Counts health reads, those of pipelines that do not exist and those that meet a fault included.</summary>
public sealed class ReadCounter
{
    /// <summary>The header by which a replica of StatusStream.Api says who it is.</summary>
    public const string CallerHeader = "X-StatusStream-Instance";

    /// <summary>The caller of reads without the header.</summary>
    public const string UnknownCaller = "unknown";

    private volatile Counts _counts = new();

    public void Count(string pipeline, string? caller)
    {
        var counts = _counts;
        Increment(counts.Pipelines, pipeline);
        Increment(counts.Callers, string.IsNullOrWhiteSpace(caller) ? UnknownCaller : caller);
    }

    /// <summary>The counts since the start or the last <see cref="Reset"/>; the total is always the sum over the pipelines told.</summary>
    public ReadStats Read()
    {
        var counts = _counts;
        var pipelines = ToSorted(counts.Pipelines);
        return new ReadStats(pipelines.Values.Sum(), pipelines, ToSorted(counts.Callers));
    }

    public void Reset() => _counts = new Counts();

    private static void Increment(ConcurrentDictionary<string, StrongBox<long>> counts, string key) =>
        Interlocked.Increment(ref counts.GetOrAdd(key, static _ => new StrongBox<long>()).Value);

    private static SortedDictionary<string, long> ToSorted(ConcurrentDictionary<string, StrongBox<long>> counts)
    {
        var sorted = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (key, count) in counts) sorted[key] = Interlocked.Read(ref count.Value);
        return sorted;
    }

    private sealed class Counts
    {
        public ConcurrentDictionary<string, StrongBox<long>> Pipelines { get; } = new(StringComparer.Ordinal);
        public ConcurrentDictionary<string, StrongBox<long>> Callers { get; } = new(StringComparer.Ordinal);
    }
}
