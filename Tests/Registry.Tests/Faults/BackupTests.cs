using System.Diagnostics;
using System.Text.RegularExpressions;
using Azure.Storage.Blobs;
using Linnaeus.Registry.Client;
using Npgsql;

namespace Linnaeus.Registry.Tests.Faults;

/// <summary>Restores a backup, made as in <c>docs/OPERATIONS.md</c> while a client writes, into a new place.</summary>
public sealed partial class BackupTests(RegistryFixture shared, PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_version_of_the_restored_database_is_complete()
    {
        var (database, restored) = (await postgres.CreateDatabaseAsync(), await postgres.CreateDatabaseAsync());
        var folder = Directory.CreateTempSubdirectory("linnaeus-backup-").FullName;
        await using var elsewhere = await AzuriteServer.StartAsync(Cancellation);
        int before, written;
        await using (var server = await RegistryServer.StartAsync(shared.Azurite.ConnectionString, null, $"--ConnectionStrings:registrydb={database}"))
        {
            await (await UploadedFolder.MakeAsync(server.Http)).RegisterAsync(server.Http, "kept");
            var client = new RegistryClient(server.Http);
            await client.Aliases.SetAsync("kept", "champion", new SetAliasRequest("1", "the first", "ada"), cancellationToken: Cancellation);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            var writing = WriteAsync(server.Http, ending.Token);
            await RunAsync("backup", database, restored, folder);
            before = (await client.Models.GetAsync("kept", Cancellation)).Versions.Count;
            await CopyAsync(shared.Azurite.ConnectionString, elsewhere.ConnectionString);
            await ending.CancelAsync();
            written = await writing;
        }

        await RunAsync("restore", database, restored, folder);
        await using var again = await RegistryServer.StartAsync(elsewhere.ConnectionString, null, $"--ConnectionStrings:registrydb={restored}");
        var registry = new RegistryClient(again.Http);
        var versions = (await registry.Models.GetAsync("kept", Cancellation)).Versions;
        Assert.InRange(versions.Count, 1, before);
        Assert.True(written >= versions.Count, $"{written} were written and {versions.Count} restored");
        foreach (var version in versions)
            Assert.True((await registry.ModelVersions.VerifyAsync(ModelUri.OfVersion("kept", int.Parse(version.Version)), Cancellation)).Verified);
        var move = Assert.Single(await registry.Aliases.HistoryAsync("kept", "champion", Cancellation));
        Assert.Equal(("1", "ada", "the first"), (move.To, move.By, move.Reason));

        // The restored Registry accepts new versions.
        var next = await (await UploadedFolder.MakeAsync(again.Http)).RegisterAsync(again.Http, "kept");
        Assert.Equal($"{versions.Count + 1}", next.Version);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Registers one version after another.</summary>
    /// <returns>The number of versions, including the first.</returns>
    private static async Task<int> WriteAsync(HttpClient http, CancellationToken ending)
    {
        var last = "1";
        while (!ending.IsCancellationRequested)
            last = (await (await UploadedFolder.MakeAsync(http)).RegisterAsync(http, "kept")).Version;
        return int.Parse(last);
    }

    /// <summary>Copies blobs, like azcopy between two accounts.</summary>
    private static async Task CopyAsync(string from, string to)
    {
        var (source, target) = (new BlobContainerClient(from, "linnaeus"), new BlobContainerClient(to, "linnaeus"));
        await target.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        await foreach (var blob in source.GetBlobsAsync(cancellationToken: Cancellation))
        {
            await using var bytes = await source.GetBlobClient(blob.Name).OpenReadAsync(cancellationToken: Cancellation);
            await target.GetBlobClient(blob.Name).UploadAsync(bytes, Cancellation);
        }
    }

    /// <summary>Runs the page's code block marked with <paramref name="name"/>.</summary>
    private static async Task RunAsync(string name, string database, string restored, string folder)
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "OPERATIONS.md"), Cancellation);
        var block = Block().Matches(page).Single(match => match.Groups[1].Value == name).Groups[2].Value;
        var start = new ProcessStartInfo("sh", ["-euc", block])
        {
            Environment = { ["DATABASE"] = Address(database), ["RESTORED"] = Address(restored), ["BACKUP"] = folder },
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        Assert.True(process.ExitCode == 0, errors);
    }

    private static string Address(string connection)
    {
        var parts = new NpgsqlConnectionStringBuilder(connection);
        return $"postgresql://{parts.Username}@{parts.Host}:{parts.Port}/{parts.Database}";
    }

    [GeneratedRegex("^```sh (\\w+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
