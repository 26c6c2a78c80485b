namespace Linnaeus.Registry.Tests;

/// <summary>For tests that listen to the whole process and would see activities of other tests.</summary>
[CollectionDefinition(nameof(AloneInItsProcess), DisableParallelization = true)]
public sealed class AloneInItsProcess;
