using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PipelineAspire.LocalHosting.Running;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Tells how resources are, and when they are as wanted.</summary>
public class ResourceNotificationService
{
    private readonly ReplicaSet _replicas;

    internal ResourceNotificationService(ReplicaSet replicas) => _replicas = replicas;

    /// <param name="resourceId">A replica, or a resource of which there is one only.</param>
    /// <param name="resourceEvent">How it is.</param>
    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        resourceEvent = _replicas.Find(resourceId) is { } replica ? Look(replica)
            : _replicas.FindResource(resourceId) is { } resource && !_replicas.Of[resource].Any() ? Given(resource)
            : null;
        return resourceEvent is not null;
    }

    /// <summary>Completes when a replica of the resource is in the state, <c>Running</c> by default.</summary>
    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, told => told.Snapshot.State?.Text == (targetState ?? KnownResourceStates.Running), cancellationToken);

    /// <summary>Completes with the first replica of the resource that is as wanted, now or later.</summary>
    /// <exception cref="DistributedApplicationException">There is no such resource.</exception>
    public async Task<ResourceEvent> WaitForResourceAsync(
        string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        var resource = _replicas.FindResource(resourceName) ?? throw new DistributedApplicationException($"There is no resource named '{resourceName}'.");
        await _replicas.Planned.WaitAsync(cancellationToken);
        var replicas = _replicas.Of[resource].ToList();
        if (replicas.Count == 0 && predicate(Given(resource))) return Given(resource);

        var found = new TaskCompletionSource<ResourceEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var replica in replicas) replica.Changed += Look;
        try
        {
            foreach (var replica in replicas) Look(replica, EventArgs.Empty);
            return await found.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            foreach (var replica in replicas) replica.Changed -= Look;
        }

        void Look(object? sender, EventArgs nothing)
        {
            var told = ResourceNotificationService.Look((Replica)sender!);
            if (predicate(told)) found.TrySetResult(told);
        }
    }

    /// <inheritdoc cref="WaitForResourceHealthyAsync(string, WaitBehavior, CancellationToken)"/>
    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceHealthyAsync(resourceName, WaitBehavior.WaitOnResourceUnavailable, cancellationToken);

    /// <summary>Completes with the first replica of the resource that is healthy, now or later.</summary>
    /// <exception cref="DistributedApplicationException">There is no such resource, or it failed and is not waited for.</exception>
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, WaitBehavior waitBehavior, CancellationToken cancellationToken = default)
    {
        var told = await WaitForResourceAsync(resourceName, IsSettled, cancellationToken);
        return IsHealthy(told) ? told : throw new DistributedApplicationException(
            $"Stopped waiting for resource '{resourceName}' to become healthy because it failed to start.");

        bool IsSettled(ResourceEvent resource) =>
            IsHealthy(resource)
            || (waitBehavior == WaitBehavior.StopOnResourceUnavailable
                && (resource.Snapshot.State?.Text == KnownResourceStates.Exited || resource.Snapshot.State?.Text == KnownResourceStates.FailedToStart));
    }

    internal static ResourceEvent Look(Replica replica) => new(replica.Plan.Resource, replica.Plan.Name, new CustomResourceSnapshot
    {
        State = new ResourceStateSnapshot(replica.State.State, null),
        HealthStatus = replica.State.Health,
        ExitCode = replica.State.ExitCode,
        StartTimeStamp = replica.StartedAt?.UtcDateTime,
        StopTimeStamp = replica.StoppedAt?.UtcDateTime,
    });

    private static bool IsHealthy(ResourceEvent told) => told.Snapshot.HealthStatus == HealthStatus.Healthy;

    /// <summary>What is not a process of ours is simply there.</summary>
    private static ResourceEvent Given(IResource resource) => new(resource, resource.Name, new CustomResourceSnapshot
    {
        State = new ResourceStateSnapshot(KnownResourceStates.Running, null),
        HealthStatus = HealthStatus.Healthy,
    });
}
