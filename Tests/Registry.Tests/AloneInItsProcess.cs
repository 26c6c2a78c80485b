namespace Linnaeus.Registry.Tests;

/// <summary>For tests that listen to the whole process, where activities of other tests would be heard too.</summary>
[CollectionDefinition(nameof(AloneInItsProcess), DisableParallelization = true)]
public sealed class AloneInItsProcess;
