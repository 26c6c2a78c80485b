namespace Linnaeus.Registry.Tests.Faults;

/// <summary>Repeated SIGKILL during log-batch, uploads and registrations, on the same data.</summary>
public sealed class KillTests(RegistryFixture shared, PostgresFixture postgres)
{
    private const int Kills = 4;

    [Fact]
    public Task Acknowledged_writes_are_kept_and_nothing_is_incomplete_on_SQLite() => KillAsync([]);

    [Fact]
    public async Task Acknowledged_writes_are_kept_and_nothing_is_incomplete_on_PostgreSQL() =>
        await KillAsync(new() { ["ConnectionStrings__registrydb"] = await postgres.CreateDatabaseAsync() });

    private async Task KillAsync(Dictionary<string, string> environment)
    {
        var folder = Directory.CreateTempSubdirectory("linnaeus-kill-").FullName;
        environment["Registry__Container"] = $"kill-{Guid.NewGuid():N}";
        environment["Logging__LogLevel__Default"] = "Warning";
        var log = new WriterLog($"killed-{Guid.NewGuid():N}");
        var random = new Random(20261126);
        try
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                await using var registry = await RegistryProcess.StartAsync(shared.Azurite.ConnectionString, environment, folder);
                var before = log.Acknowledged;
                var writing = log.WriteAsync(registry.Address);
                while (log.Acknowledged < before + 20) await Task.Delay(20);
                await Task.Delay(random.Next(300));
                await registry.KillAsync();
                await writing;
            }
            await using var last = await RegistryProcess.StartAsync(shared.Azurite.ConnectionString, environment, folder);
            using var http = new HttpClient { BaseAddress = last.Address };
            await log.CheckAsync(http);
            Assert.InRange(log.Acknowledged, Kills * 20, int.MaxValue);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
