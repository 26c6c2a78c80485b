// torch has one random generator per process, so parallel tests would disturb each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
