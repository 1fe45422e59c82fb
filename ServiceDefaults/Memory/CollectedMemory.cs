namespace PipelineAspire.ServiceDefaults.Memory;

/// <summary>The runtime's garbage collector.</summary>
internal sealed class CollectedMemory : IManagedMemory
{
    public long Allocated => GC.GetTotalAllocatedBytes();

    public void Trim() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
