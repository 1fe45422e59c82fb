// What is open and in use is counted in this whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
