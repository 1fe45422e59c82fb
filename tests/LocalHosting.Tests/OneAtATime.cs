// The tests measure how long processes take to go; beside each other they would measure the machine.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
