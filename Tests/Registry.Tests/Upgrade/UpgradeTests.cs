using System.Text;
using Azure.Storage.Blobs;
using Linnaeus.Registry.Client;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Linnaeus.Registry.Tests.Upgrade;

/// <summary>
/// Opens databases of the Registry of November 21, 2026 (commit bf0f8c9, two migrations), stored as text. Its blobs were small; they
/// are uploaded where the database expects them.
/// </summary>
public sealed class UpgradeTests(RegistryFixture shared, PostgresFixture postgres) : IDisposable
{
    // The files of its version, and an artifact.
    private static readonly string[] Contents =
        ["flavors: {}\n", """{"architecture": "efficientnet_b0"}""", "weights of an earlier release", "An artifact of an earlier release."];

    private readonly string _folder = Directory.CreateTempSubdirectory("linnaeus-upgrade-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Data_of_an_early_Registry_is_complete_and_usable(bool onPostgres)
    {
        var connection = onPostgres ? await postgres.CreateDatabaseAsync() : null;
        var dump = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "Tests", "Registry.Tests", "Upgrade",
            $"registry-20261121.{(onPostgres ? "postgres" : "sqlite")}.sql"), Cancellation);
        await using (System.Data.Common.DbConnection db = connection is null
            ? new SqliteConnection($"Data Source={Path.Combine(_folder, "registry.db")};Pooling=false") : new NpgsqlConnection($"{connection};Pooling=false"))
        {
            await db.OpenAsync(Cancellation);
            await using var command = db.CreateCommand();
            command.CommandText = dump;
            await command.ExecuteNonQueryAsync(Cancellation);
            await PutBlobsAsync(db);
        }

        string[] settings = connection is null ? [] : [$"--ConnectionStrings:registrydb={connection}"];
        await using var server = await RegistryServer.StartAsync(shared.Azurite.ConnectionString, _folder, settings);
        var registry = new RegistryClient(server.Http);
        var experiment = await registry.Experiments.GetOrCreateAsync("flowers of spring", Cancellation);
        var run = Assert.Single((await registry.Runs.SearchAsync(new RunSearch { ExperimentIds = [experiment.ExperimentId], IncludeExtremes = true }, Cancellation)).Runs,
            run => run.Name == "first light");
        Assert.Equal((RunStatus.Finished, "Grüße ✿", "frozen"), (run.Status, run.Params["note"], run.Tags["phase"]));
        // Minimum and maximum were added later and are filled in by a migration.
        Assert.Equal((1.0, 3L, 0.75), (run.Metrics["train_loss"].Value, run.Metrics["train_loss"].Step, run.Metrics["train_loss"].Min));
        Assert.True(double.IsNaN(run.Metrics["lr"].Value));
        Assert.Equal([2.5, 1.25, 0.75, 1.0], (await registry.Runs.GetSeriesAsync(run.RunId, "train_loss", 100, Cancellation)).Points.Select(p => p.Value!.Value));
        Assert.Equal(Contents[3], Encoding.UTF8.GetString(await registry.Artifacts.ReadBytesAsync(ArtifactUri.OfRun(run.RunId, "notes/readme.txt"), cancellationToken: Cancellation)));

        var version = await registry.ModelVersions.GetAsync(ModelUri.Parse("models:/flowers@champion"), Cancellation);
        Assert.Equal(("1", "READY", "0.93", run.RunId), (version.Version, version.Status, version.Tags["test_accuracy"], version.RunId));
        Assert.True((await registry.ModelVersions.VerifyAsync(ModelUri.OfVersion("flowers", 1), Cancellation)).Verified);
        var jobs = await registry.Jobs.ListAsync(cancellationToken: Cancellation);
        Assert.Equal([JobStatus.Queued, JobStatus.Succeeded], jobs.Select(job => job.Status).Order());

        // Trainers lease the queued job, the alias moves with a log, and new versions follow.
        var lease = await registry.Jobs.LeaseAsync(new LeaseRequest("today", ["train"]), Cancellation);
        Assert.Equal((jobs.Single(job => job.Status == JobStatus.Queued).Id, 1), (lease!.Job.Id, lease.Job.Attempts));
        Assert.Equal("2", (await (await UploadedFolder.MakeAsync(server.Http)).RegisterAsync(server.Http, "flowers")).Version);
        await registry.Aliases.SetAsync("flowers", "champion", new SetAliasRequest("2", "newer", "ada"), cancellationToken: Cancellation);
        Assert.Equal(("1", "2"), (await registry.Aliases.HistoryAsync("flowers", "champion", Cancellation)).Select(move => (move.From, move.To)).First());
        Assert.Equal("thrown away", Assert.Single((await registry.Garbage.CollectAsync(new GarbageRequest { OlderThanDays = 0 }, Cancellation)).Runs).Name);
    }

    private async Task PutBlobsAsync(System.Data.Common.DbConnection db)
    {
        var container = new BlobContainerClient(shared.Azurite.ConnectionString, "linnaeus");
        var contents = Contents.Select(Encoding.UTF8.GetBytes).ToDictionary(bytes => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
        await using var command = db.CreateCommand();
        command.CommandText = db is NpgsqlConnection ? "SELECT sha256, blob_name FROM public.blobs" : "SELECT sha256, blob_name FROM blobs";
        await using var rows = await command.ExecuteReaderAsync(Cancellation);
        while (await rows.ReadAsync(Cancellation))
            await container.GetBlobClient(rows.GetString(1)).UploadAsync(new BinaryData(contents[rows.GetString(0)]), overwrite: true, Cancellation);
    }
}
