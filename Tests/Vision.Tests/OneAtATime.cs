// torch has one random generator and one thread pool a process: tests beside each other would take each other's numbers.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
