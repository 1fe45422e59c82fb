// The tests measure times of processes that share the machine's cores: one after another, none in another's way.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
