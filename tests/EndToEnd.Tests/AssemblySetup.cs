// Collections of tests that mostly wait (for leases, for the patience of pages, for an AppHost) run two at a time, the longest
// first. Those that measure the times of processes share the machine's cores with nobody: they run afterwards, alone.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
[assembly: TestCollectionOrderer("PipelineAspire.EndToEnd.Tests.Running.LongestFirst", "EndToEnd.Tests")]
