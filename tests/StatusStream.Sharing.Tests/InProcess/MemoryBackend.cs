using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;
using PipelineAspire.StatusStream.Sharing.Tests.Chaos;

namespace PipelineAspire.StatusStream.Sharing.Tests.InProcess;

/// <summary>A pipeline took its next status.</summary>
internal readonly record struct Change(string PipelineId, int Number, long At);

/// <summary>A replica read a pipeline.</summary>
internal readonly record struct Read(string Replica, string PipelineId, long At);

/// <summary>A replica read the list.</summary>
internal readonly record struct ListRead(string Replica, long At);

/// <summary>Pipelines in memory: what they were, and which replica read them when.</summary>
internal sealed class MemoryBackend
{
    private readonly Dictionary<string, PipelineHistory> _histories;
    private readonly ConcurrentQueue<Read> _reads = new();
    private readonly ConcurrentQueue<ListRead> _listReads = new();
    private volatile IReadOnlyList<string> _shown;

    public MemoryBackend(int pipelines)
    {
        _histories = Enumerable.Range(0, pipelines).ToDictionary(number => $"pipeline-{number}", _ => new PipelineHistory());
        PipelineIds = [.. _histories.Keys];
        _shown = PipelineIds;
        foreach (var pipelineId in PipelineIds) Change(pipelineId);
    }

    public IReadOnlyList<string> PipelineIds { get; }

    /// <summary>All reads so far.</summary>
    public IReadOnlyCollection<Read> Reads => _reads;

    /// <summary>All reads of the list so far.</summary>
    public IReadOnlyCollection<ListRead> ListReads => _listReads;

    public PipelineHistory this[string pipelineId] => _histories[pipelineId];

    /// <summary>Sets the pipeline to its next status.</summary>
    public Change Change(string pipelineId) => new(pipelineId, _histories[pipelineId].Next().Number, Bounded.Now);

    /// <summary>The list shows these from now on.</summary>
    public void Show(params IReadOnlyList<string> pipelineIds) => _shown = pipelineIds;

    /// <summary>The backend as this replica reads it.</summary>
    public IPipelineBackend ReadBy(string replica) => new Reader(this, replica);

    /// <summary>The only replica that has read for so long, when it has read everything; null while there are two, or none.</summary>
    public string? SolePoller(TimeSpan lately)
    {
        var reads = _reads.Where(read => Bounded.Since(read.At) < lately).ToList();
        return reads.DistinctBy(read => read.PipelineId).Count() == PipelineIds.Count && reads.DistinctBy(read => read.Replica).Count() == 1
            ? reads[0].Replica
            : null;
    }

    private sealed class Reader(MemoryBackend backend, string replica) : IPipelineBackend
    {
        public ValueTask<PipelineReading> ReadAsync(string pipelineId, KnownAnswer? known, CancellationToken cancellationToken)
        {
            backend._reads.Enqueue(new Read(replica, pipelineId, Bounded.Now));
            var name = PipelineHistory.PublicStatus(backend[pipelineId].Latest);
            if (!PipelineStatuses.TryParse(name, out var status)) throw new InvalidOperationException($"'{name}' is no public status.");
            return ValueTask.FromResult(
                new PipelineReading(pipelineId, PipelineCondition.Ok, status, Encoding.UTF8.GetBytes($$"""{"overall_status":"{{name}}"}""")));
        }

        public ValueTask<BackendAnswer> ReadBatchAsync(IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<PipelineListing> ListAsync(PipelineListing? known, CancellationToken cancellationToken)
        {
            backend._listReads.Enqueue(new ListRead(replica, Bounded.Now));
            var shown = backend._shown;
            return ValueTask.FromResult(
                new PipelineListing(JsonSerializer.SerializeToUtf8Bytes(shown.Select(id => new { pipeline_id = id })), new HashSet<string>(shown)));
        }
    }
}
