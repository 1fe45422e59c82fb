using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>The backend's list of pipelines, read at most once per interval however many ask, or the configured one.</summary>
internal sealed class BackendList(
    IPipelineLister backend, IOptions<PipelineBackendOptions> options, PollCadence cadence, TimeProvider timeProvider, IHostApplicationLifetime lifetime)
{
    private readonly Lock _gate = new();
    private readonly PipelineListing? _configured = options.Value.PipelineIds.Count == 0 ? null : Configured(options.Value);
    private Task<PipelineListing>? _reading;
    private PipelineListing? _last;
    private long _readAt;

    /// <summary>The list that was read last; null before the first.</summary>
    public PipelineListing? Last => _configured ?? Volatile.Read(ref _last);

    /// <summary>How long the list that was read last may be passed on.</summary>
    public TimeSpan FreshFor
    {
        get
        {
            if (_configured is not null) return cadence.Interval;
            lock (_gate) return cadence.Interval - timeProvider.GetElapsedTime(_readAt);
        }
    }

    /// <summary>The list, not older than an interval.</summary>
    /// <exception cref="BackendException">The list could not be read.</exception>
    public async ValueTask<PipelineListing> ReadAsync(CancellationToken cancellationToken)
    {
        if (_configured is not null) return _configured;
        Task<PipelineListing> reading;
        lock (_gate)
        {
            if (_reading is null || (_reading.IsCompleted && timeProvider.GetElapsedTime(_readAt) >= cadence.Interval))
            {
                _readAt = timeProvider.GetTimestamp();
                _reading = ReadAnewAsync(); // shared: not cancelled with whoever asked first
            }

            reading = _reading;
        }

        return await reading.WaitAsync(cancellationToken);
    }

    /// <summary>The list is another one: whoever asks next reads it anew.</summary>
    public void Expire()
    {
        lock (_gate)
        {
            if (_reading is { IsCompleted: true }) _reading = null;
        }
    }

    private async Task<PipelineListing> ReadAnewAsync()
    {
        var listing = await backend.ListAsync(_last, lifetime.ApplicationStopping);
        Volatile.Write(ref _last, listing);
        lock (_gate) _readAt = timeProvider.GetTimestamp() - (long)(listing.Age.TotalSeconds * timeProvider.TimestampFrequency);
        return listing;
    }

    private static PipelineListing Configured(PipelineBackendOptions options)
    {
        var items = options.PipelineIds.Select(id => new Dictionary<string, string>(StringComparer.Ordinal) { ["pipeline_id"] = id, ["pipeline_name"] = id });
        return new PipelineListing(JsonSerializer.SerializeToUtf8Bytes(items), options.PipelineIds.ToFrozenSet(StringComparer.Ordinal));
    }
}
