using System.Collections.Concurrent;
using System.Text;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.Benchmarks.Guarding;

/// <summary>A backend within the process, so that reading it costs next to nothing.</summary>
internal sealed class MemoryBackend : IPipelineBackend
{
    private static readonly ReadOnlyMemory<byte> Running = Encoding.UTF8.GetBytes("""{"overall_status":"Running"}""");
    private static readonly ReadOnlyMemory<byte> Paused = Encoding.UTF8.GetBytes("""{"overall_status":"Paused"}""");

    private readonly ConcurrentDictionary<string, bool> _isPaused = new(StringComparer.Ordinal);

    public void Toggle(string pipelineId) => _isPaused.AddOrUpdate(pipelineId, true, (_, isPaused) => !isPaused);

    public ValueTask<PipelineReading> ReadAsync(string pipelineId, KnownAnswer? known, CancellationToken cancellationToken) => new(Reading(pipelineId));

    public ValueTask<BackendAnswer> ReadBatchAsync(IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken) =>
        new(new BackendAnswer([.. pipelineIds.Select(Reading)]));

    public ValueTask<PipelineListing> ListAsync(PipelineListing? known, CancellationToken cancellationToken) =>
        new(new PipelineListing("[]"u8.ToArray(), new HashSet<string>(StringComparer.Ordinal)));

    private PipelineReading Reading(string pipelineId) => _isPaused.GetValueOrDefault(pipelineId)
        ? new PipelineReading(pipelineId, PipelineCondition.Ok, PipelineStatus.Paused, Paused)
        : new PipelineReading(pipelineId, PipelineCondition.Ok, PipelineStatus.Active, Running);
}
