using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace PipelineAspire.StatusStream.Client;

/// <summary>What clients of this process do, for whoever listens. It costs nothing while nobody does.</summary>
internal static class ClientTelemetry
{
    private static readonly ActivitySource Source = new(StatusStreamClient.TelemetryName);
    private static readonly Meter Meter = new(StatusStreamClient.TelemetryName);

    private static readonly UpDownCounter<int> Streams = Meter.CreateUpDownCounter<int>(
        "statusstream.client.streams", "{stream}", "Streams that are open.");

    private static readonly Counter<long> Events = Meter.CreateCounter<long>(
        "statusstream.client.events", "{event}", "Events that the server has sent, heartbeats included.");

    private static readonly Counter<long> Losses = Meter.CreateCounter<long>(
        "statusstream.client.losses", "{connection}", "Connections that failed or ended, other than by the program's wish.");

    /// <summary>The trace of one attempt to connect, until it is disposed of; null when nobody traces.</summary>
    public static Activity? StartConnect() => Source.StartActivity("statusstream connect", ActivityKind.Client);

    public static void Opened() => Streams.Add(1);

    public static void Closed() => Streams.Add(-1);

    public static void Received() => Events.Add(1);

    public static void Lost() => Losses.Add(1);
}
