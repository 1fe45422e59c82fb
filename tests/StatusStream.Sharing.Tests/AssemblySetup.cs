// What measures times of processes runs alone, one after another. The rest, a matrix that mostly waits and tests of single acts, shares the
// machine's cores.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
