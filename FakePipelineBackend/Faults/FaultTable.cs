using System.Collections.Immutable;

namespace PipelineAspire.FakePipelineBackend.Faults;

/// <summary>The faults in force: one for all pipelines, and one for each pipeline that has its own.</summary>
/// <param name="All">The fault of every pipeline without one of its own; null when there is none.</param>
/// <param name="Pipelines">The faults of single pipelines, by id.</param>
public sealed record FaultsInForce(Fault? All, ImmutableSortedDictionary<string, Fault> Pipelines)
{
    public static FaultsInForce None { get; } = new(null, ImmutableSortedDictionary.Create<string, Fault>(StringComparer.Ordinal));
}

/// <summary>
/// Holds the faults in force. A pipeline's own fault takes the place of the one for all; an empty one therefore makes a
/// pipeline healthy amid a general outage.
/// </summary>
public sealed class FaultTable(ILogger<FaultTable> logger)
{
    private readonly Lock _changes = new();
    private volatile FaultsInForce _now = FaultsInForce.None;

    public FaultsInForce Now => _now;

    /// <summary>The fault for all pipelines; it also concerns batches and the list, as a whole.</summary>
    public Fault? ForAll => _now.All;

    /// <summary>The fault that reads of <paramref name="id"/> meet, whether there is such a pipeline or not.</summary>
    public Fault? For(string id)
    {
        var now = _now;
        return now.Pipelines.IsEmpty ? now.All : now.Pipelines.GetValueOrDefault(id, now.All!);
    }

    public void SetForAll(Fault fault)
    {
        Change(now => now with { All = fault });
        logger.FaultSet("*", fault);
    }

    public void Set(string id, Fault fault)
    {
        Change(now => now with { Pipelines = now.Pipelines.SetItem(id, fault) });
        logger.FaultSet(id, fault);
    }

    /// <summary>Takes away a pipeline's own fault; the one for all, if there is one, is met again.</summary>
    public void Clear(string id)
    {
        Change(now => now with { Pipelines = now.Pipelines.Remove(id) });
        logger.FaultCleared(id);
    }

    /// <summary>Takes away every fault.</summary>
    public void ClearAll()
    {
        Change(_ => FaultsInForce.None);
        logger.FaultCleared("*");
    }

    private void Change(Func<FaultsInForce, FaultsInForce> change)
    {
        lock (_changes) _now = change(_now);
    }
}
