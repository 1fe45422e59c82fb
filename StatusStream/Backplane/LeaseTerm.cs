namespace PipelineAspire.StatusStream.Backplane;

/// <summary>One holding of the right to poll.</summary>
/// <param name="Epoch">Random, and different for every term of any replica.</param>
/// <param name="Lost">Cancelled as soon as this replica can no longer be sure that polling is its own.</param>
/// <param name="IsIsolated">True when the replica is cut off from the others and polls for its own clients alone.</param>
/// <param name="IsShared">True when other replicas could poll in this one's place.</param>
internal sealed record LeaseTerm(ulong Epoch, CancellationToken Lost, bool IsIsolated = false, bool IsShared = false);
