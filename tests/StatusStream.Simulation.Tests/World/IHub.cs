using PipelineAspire.StatusStream.Broadcasting;

namespace PipelineAspire.StatusStream.Simulation.Tests.World;

/// <summary>Where a client may come in: a replica that shares, or a relay.</summary>
internal interface IHub
{
    string Name { get; }

    Process Process { get; }

    StatusBroadcaster Broadcaster { get; }

    StatusSubscriptions Subscriptions { get; }

    /// <summary>How many hubs stand between this one and the backend.</summary>
    int Level { get; }
}
