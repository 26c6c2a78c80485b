[assembly: AssemblyFixture(typeof(Linnaeus.Registry.Tests.PostgresRegistryFixture))]

namespace Linnaeus.Registry.Tests;

/// <summary>A Registry on a real PostgreSQL; its tests are skipped where PostgreSQL is not installed.</summary>
public sealed class PostgresRegistryFixture : RegistryFixture
{
    private readonly PostgresFixture _postgres = new();

    public override HttpClient Http
    {
        get
        {
            Assert.SkipUnless(PostgresFixture.IsInstalled, "PostgreSQL is not installed");
            return base.Http;
        }
    }

    public override async ValueTask InitializeAsync()
    {
        if (PostgresFixture.IsInstalled) await StartAsync($"--ConnectionStrings:registrydb={await _postgres.CreateDatabaseAsync()}");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _postgres.DisposeAsync();
    }
}
