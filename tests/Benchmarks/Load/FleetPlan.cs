using System.Net;

namespace PipelineAspire.Benchmarks.Load;

/// <summary>Which streams there are and what they watch.</summary>
/// <param name="Servers">Where they go, in turn.</param>
/// <param name="Clients">How many.</param>
/// <param name="Pipelines">How many pipelines there are.</param>
/// <param name="IsSpread">True when stream <c>i</c> watches pipeline <c>i mod Pipelines</c> alone, false when each watches all.</param>
internal sealed record FleetPlan(IReadOnlyList<Uri> Servers, int Clients, int Pipelines, bool IsSpread = false)
{
    private const string StreamPath = "/ui-api/pipeline/status/stream?pipelineIds=";

    // A connection needs a port of its own per address; the system has some 28,000.
    private const int PerAddress = 14_000;

    /// <summary>The bearer token of a stream; null where nobody is asked for one.</summary>
    public Func<int, string>? TokenOf { get; init; }

    private readonly string _all = StreamPath + string.Join(',', Enumerable.Range(0, IsSpread ? 0 : Pipelines).Select(Name));

    /// <summary>The id of a pipeline of the load.</summary>
    public static string Name(int pipeline) => $"bench-{pipeline}";

    /// <summary>How many streams a change of the pipeline goes to.</summary>
    public int AudienceOf(int pipeline) => IsSpread ? (Clients / Pipelines) + (pipeline < Clients % Pipelines ? 1 : 0) : Clients;

    /// <summary>The address a stream goes to.</summary>
    public IPEndPoint ServerOf(int client)
    {
        var server = Servers[client % Servers.Count];
        return new IPEndPoint(IPAddress.Parse(server.Host == "localhost" ? "127.0.0.1" : server.Host), server.Port);
    }

    /// <summary>The address a stream comes from; null for whichever the system takes.</summary>
    public static IPAddress? SourceOf(int client) => client < PerAddress ? null : new IPAddress([127, 0, 0, (byte)(1 + (client / PerAddress))]);

    /// <summary>The request of a stream.</summary>
    public string RequestOf(int client, string? lastEventId)
    {
        var path = IsSpread ? StreamPath + Name(client % Pipelines) : _all;
        var resume = lastEventId is null ? "" : $"Last-Event-ID: {lastEventId}\r\n";
        var token = TokenOf is null ? "" : $"Authorization: Bearer {TokenOf(client)}\r\n";
        return
            $"GET {path} HTTP/1.1\r\nHost: {Servers[client % Servers.Count].Authority}\r\nAccept: text/event-stream\r\nCache-Control: no-cache\r\n{token}{resume}\r\n";
    }
}
