using System.Collections.Concurrent;
using System.Text;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling;

namespace PipelineAspire.Benchmarks.Guarding;

/// <summary>A backend within the process, so that reading it costs next to nothing.</summary>
internal sealed class MemoryBackend : IPipelineBackend
{
    private static readonly ReadOnlyMemory<byte> Running = Encoding.UTF8.GetBytes("""{"overall_status":"Running"}""");
    private static readonly ReadOnlyMemory<byte> Paused = Encoding.UTF8.GetBytes("""{"overall_status":"Paused"}""");

    private readonly ConcurrentDictionary<string, bool> _isPaused = new(StringComparer.Ordinal);

    public void Toggle(string pipelineId) => _isPaused.AddOrUpdate(pipelineId, true, (_, isPaused) => !isPaused);

    public ValueTask<PipelineReading> ReadAsync(string pipelineId, CancellationToken cancellationToken) =>
        new(_isPaused.GetValueOrDefault(pipelineId)
            ? new PipelineReading(pipelineId, PipelineCondition.Ok, PipelineStatus.Paused, Paused)
            : new PipelineReading(pipelineId, PipelineCondition.Ok, PipelineStatus.Active, Running));

    public ValueTask<ReadOnlyMemory<byte>> ListAsync(CancellationToken cancellationToken) => new("[]"u8.ToArray());
}
