using System.Diagnostics.Metrics;

namespace PipelineAspire.StatusStream.Fuzz.Tests.Fuzzing;

/// <summary>How many connections a server of this process has, by its own count; only those made since this is there.</summary>
internal sealed class OpenConnections : IDisposable
{
    private const string Instrument = "kestrel.active_connections";

    private readonly MeterListener _listener = new();
    private long _count;

    public OpenConnections(int port)
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == Instrument) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, change, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (tag.Key == "server.port" && Equals(tag.Value, port)) Interlocked.Add(ref _count, change);
            }
        });
        _listener.Start();
    }

    public long Count => Interlocked.Read(ref _count);

    public void Dispose() => _listener.Dispose();
}
