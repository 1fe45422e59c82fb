namespace PipelineAspire.ServiceDefaults.Memory;

/// <summary>The memory of this process that the garbage collector looks after.</summary>
internal interface IManagedMemory
{
    /// <summary>Bytes allocated since the process began.</summary>
    long Allocated { get; }

    /// <summary>Collects everything and gives what is free back to the system. The process stands still meanwhile.</summary>
    void Trim();
}
