using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace PipelineAspire.Web.Proxy;

/// <summary>A replica that cannot be connected to gets no requests for a while, from the first failure on.</summary>
internal sealed class ConnectionFailurePolicy(IDestinationHealthUpdater updater) : IPassiveHealthCheckPolicy
{
    public const string PolicyName = "ConnectionFailure";

    public string Name => PolicyName;

    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        var failed = context.GetForwarderErrorFeature()?.Error == ForwarderError.Request;
        var period = cluster.Model.Config.HealthCheck?.Passive?.ReactivationPeriod ?? TimeSpan.Zero;
        if (failed) updater.SetPassive(cluster, destination, DestinationHealth.Unhealthy, period);
    }
}
