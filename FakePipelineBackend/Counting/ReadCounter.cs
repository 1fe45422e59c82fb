using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace PipelineAspire.FakePipelineBackend.Counting;

/// <summary>What <c>GET /control/stats</c> answers.</summary>
/// <param name="Total">All health reads.</param>
/// <param name="Pipelines">Reads of each pipeline, existing or not.</param>
/// <param name="Callers">Reads by each caller.</param>
/// <param name="Requests">All requests that read: of one pipeline, batches and lists; refused ones too.</param>
/// <param name="Batches">Those of them that were for a batch, of any number of pipelines.</param>
/// <param name="Lists">Those of them that were for the list, which is no health read.</param>
/// <param name="NotModified">How many of the answers were 304.</param>
public sealed record ReadStats(
    long Total,
    IReadOnlyDictionary<string, long> Pipelines,
    IReadOnlyDictionary<string, long> Callers,
    long Requests,
    long Batches,
    long Lists,
    long NotModified);

public enum ReadRequest
{
    Health,
    Batch,
    List,
}

/// <summary>
/// Counts health reads, those of pipelines that do not exist and those that meet a fault included, and the requests that
/// bring them: a batch is one request and many reads.
/// </summary>
public sealed class ReadCounter
{
    /// <summary>The header by which a replica of StatusStream.Api says who it is.</summary>
    public const string CallerHeader = "X-StatusStream-Instance";

    /// <summary>The caller of reads without the header.</summary>
    public const string UnknownCaller = "unknown";

    private volatile Counts _counts = new();

    /// <summary>One request, whatever becomes of it.</summary>
    public void CountRequest(ReadRequest request) => Interlocked.Increment(ref _counts.Requests[(int)request]);

    public void CountNotModified() => Interlocked.Increment(ref _counts.NotModified);

    /// <summary>One health read.</summary>
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
        var batches = Interlocked.Read(ref counts.Requests[(int)ReadRequest.Batch]);
        var lists = Interlocked.Read(ref counts.Requests[(int)ReadRequest.List]);
        return new ReadStats(
            pipelines.Values.Sum(),
            pipelines,
            ToSorted(counts.Callers),
            Interlocked.Read(ref counts.Requests[(int)ReadRequest.Health]) + batches + lists,
            batches,
            lists,
            Interlocked.Read(ref counts.NotModified));
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
        public long NotModified;

        public ConcurrentDictionary<string, StrongBox<long>> Pipelines { get; } = new(StringComparer.Ordinal);
        public ConcurrentDictionary<string, StrongBox<long>> Callers { get; } = new(StringComparer.Ordinal);
        public long[] Requests { get; } = new long[Enum.GetValues<ReadRequest>().Length];
    }
}
