using System.Text.Json;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling;

namespace PipelineAspire.StatusStream.Requests;

/// <summary>The backend's list of pipelines, read at most once per interval however many ask, or the configured one.</summary>
internal sealed class PipelineList(
    IPipelineBackend backend, IOptions<PipelineBackendOptions> options, PollCadence cadence, TimeProvider timeProvider, IHostApplicationLifetime lifetime)
{
    private readonly Lock _gate = new();
    private readonly byte[]? _configured = options.Value.PipelineIds.Count == 0 ? null : Configured(options.Value.PipelineIds);
    private Task<ReadOnlyMemory<byte>>? _reading;
    private long _readAt;

    /// <summary>The list as JSON, UTF-8.</summary>
    /// <exception cref="BackendException">The list could not be read.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        if (_configured is not null) return _configured;
        Task<ReadOnlyMemory<byte>> reading;
        lock (_gate)
        {
            if (_reading is null || (_reading.IsCompleted && timeProvider.GetElapsedTime(_readAt) >= cadence.Interval))
            {
                _readAt = timeProvider.GetTimestamp();
                _reading = backend.ListAsync(lifetime.ApplicationStopping).AsTask(); // shared: not cancelled with whoever asked first
            }

            reading = _reading;
        }

        return await reading.WaitAsync(cancellationToken);
    }

    private static byte[] Configured(IEnumerable<string> ids) =>
        JsonSerializer.SerializeToUtf8Bytes(
            ids.Select(id => new Dictionary<string, string>(StringComparer.Ordinal) { ["pipeline_id"] = id, ["pipeline_name"] = id }));
}
