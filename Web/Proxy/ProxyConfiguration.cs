using System.Globalization;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;

namespace PipelineAspire.Web.Proxy;

/// <summary>The one route and the one cluster of the proxy.</summary>
internal static class ProxyConfiguration
{
    public const string Cluster = "statusstream";
    public const string StreamRoute = "statusstream-stream";
    private const string Route = "statusstream";

    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Until the probes have found out: two of them have to fail.</summary>
    private static readonly TimeSpan ReactivationPeriod = TimeSpan.FromSeconds(5);

    public static IReadOnlyList<RouteConfig> Routes { get; } =
    [
        new() { RouteId = StreamRoute, ClusterId = Cluster, Match = new() { Path = "/ui-api/pipeline/status/stream" } },
        new() { RouteId = Route, ClusterId = Cluster, Match = new() { Path = "/ui-api/{**rest}" } },
    ];

    public static ClusterConfig ClusterOf(IReadOnlyList<Uri> replicas, TimeSpan activityTimeout) => new()
    {
        ClusterId = Cluster,
        // Streams are requests that last, so the replica with the fewest of them gets the next one.
        LoadBalancingPolicy = LoadBalancingPolicies.LeastRequests,
        Destinations = replicas
            .Select((address, index) => (address, id: index.ToString(CultureInfo.InvariantCulture)))
            .ToDictionary(replica => replica.id, replica => new DestinationConfig { Address = replica.address.AbsoluteUri }),
        HttpRequest = new ForwarderRequestConfig { ActivityTimeout = activityTimeout, AllowResponseBuffering = false },
        HealthCheck = new HealthCheckConfig
        {
            // When none looks well, all are tried: better a late answer than none.
            AvailableDestinationsPolicy = HealthCheckConstants.AvailableDestinations.HealthyOrPanic,
            Active = new ActiveHealthCheckConfig
            {
                // Where there is no choice there is nothing to probe for.
                Enabled = replicas.Count > 1,
                Interval = ProbeInterval,
                Timeout = ProbeTimeout,
                Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures,
                Path = "/health",
            },
            Passive = new PassiveHealthCheckConfig
            {
                Enabled = replicas.Count > 1,
                Policy = ConnectionFailurePolicy.PolicyName,
                ReactivationPeriod = ReactivationPeriod,
            },
        },
    };
}
