namespace Linnaeus.Registry.Tests;

// The same behaviour on the other database: every test of the base classes again.

public sealed class PostgresExperimentTests(PostgresRegistryFixture registry) : ExperimentTests(registry);

public sealed class PostgresRunTests(PostgresRegistryFixture registry) : RunTests(registry);

public sealed class PostgresSearchRunsTests(PostgresRegistryFixture registry) : SearchRunsTests(registry);

public sealed class PostgresRegisteredModelTests(PostgresRegistryFixture registry) : RegisteredModelTests(registry);

public sealed class PostgresArtifactTests(PostgresRegistryFixture registry) : ArtifactTests(registry);

public sealed class PostgresVersionRegistrationTests(PostgresRegistryFixture registry) : VersionRegistrationTests(registry);
