namespace Linnaeus.Registry.Tests;

// Repeats every test of the base classes on PostgreSQL.

public sealed class ExperimentTestsOnPostgres(PostgresRegistryFixture registry) : ExperimentTests(registry);

public sealed class RunTestsOnPostgres(PostgresRegistryFixture registry) : RunTests(registry);

public sealed class SearchRunsTestsOnPostgres(PostgresRegistryFixture registry) : SearchRunsTests(registry);

public sealed class RegisteredModelTestsOnPostgres(PostgresRegistryFixture registry) : RegisteredModelTests(registry);

public sealed class ArtifactTestsOnPostgres(PostgresRegistryFixture registry) : ArtifactTests(registry);

public sealed class VersionRegistrationTestsOnPostgres(PostgresRegistryFixture registry) : VersionRegistrationTests(registry);

public sealed class IntegrityTestsOnPostgres(PostgresRegistryFixture registry) : IntegrityTests(registry);

public sealed class PromotionTestsOnPostgres(PostgresRegistryFixture registry) : PromotionTests(registry);

public sealed class ComparisonTestsOnPostgres(PostgresRegistryFixture registry) : ComparisonTests(registry);

public sealed class LoggedModelTestsOnPostgres(PostgresRegistryFixture registry) : LoggedModelTests(registry);

public sealed class MetricHistoryTestsOnPostgres(PostgresRegistryFixture registry) : MetricHistoryTests(registry);

public sealed class MultipartTestsOnPostgres(PostgresRegistryFixture registry) : MultipartTests(registry);

public sealed class BadInputTestsOnPostgres(PostgresRegistryFixture registry) : BadInputTests(registry);

public sealed class FilterSearchTestsOnPostgres(PostgresRegistryFixture registry) : FilterSearchTests(registry);
