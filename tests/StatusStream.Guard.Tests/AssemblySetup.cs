// The guards count what this whole process allocates.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
