namespace PipelineAspire.StatusStream.Client;

/// <summary>How a <see cref="StatusStreamClient"/> of an application is set up: section <c>Aspire:StatusStream:Client</c>.</summary>
public sealed class StatusStreamClientSettings
{
    /// <summary>
    /// The hub's address. Default: the connection string of the connection's name, else <c>https+http://{name}</c>, which service discovery finds.
    /// </summary>
    public Uri? Endpoint { get; set; }

    /// <summary>How it connects and reconnects.</summary>
    public StatusStreamClientOptions Options { get; set; } = new();

    /// <summary>Whether no health check is added. Default false.</summary>
    public bool DisableHealthChecks { get; set; }

    /// <summary>How long the health check waits for the hub. Default 5 s.</summary>
    public TimeSpan HealthCheckTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether the client's traces are not collected. Default false.</summary>
    public bool DisableTracing { get; set; }

    /// <summary>Whether the client's metrics are not collected. Default false.</summary>
    public bool DisableMetrics { get; set; }
}
