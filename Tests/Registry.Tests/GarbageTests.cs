using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Azure.Storage.Blobs;
using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Data;
using Microsoft.Extensions.DependencyInjection;

namespace Linnaeus.Registry.Tests;

/// <summary>Garbage collection removes deleted data and nothing else. Each test has its own Registry, to keep other tests' data.</summary>
public class GarbageTests(RegistryFixture shared) : JobServer(shared)
{
    private const string Proxy = "/api/2.0/mlflow-artifacts/artifacts";
    private static readonly GarbageRequest List = new() { OlderThanDays = 0 };
    private static readonly GarbageRequest Remove = new() { OlderThanDays = 0, DryRun = false };

    private MlflowWire Mlflow => new(Server.Http);

    private BlobContainerClient Container => new(Blobs, "linnaeus");

    [Fact]
    public async Task Deleted_data_is_purged_with_its_bytes_and_data_that_a_version_needs_is_kept()
    {
        var experiment = await Mlflow.NewExperimentAsync("flowers");
        var kept = await UploadedFolder.MakeAsync(Server.Http, await Mlflow.NewRunAsync(experiment));
        await kept.RegisterAsync(Server.Http, "flowers");
        var gone = await UploadedFolder.MakeAsync(Server.Http, await Mlflow.NewRunAsync(experiment));
        await gone.RegisterAsync(Server.Http, "flowers");
        var shared = await Server.Http.GetByteArrayAsync(kept.Address("model.safetensors"));
        await PutAsync($"{gone.Root}/copy.bin", shared);
        await Client.ModelVersions.DeleteAsync("flowers", "2");
        await Mlflow.PostAsync("/experiments/delete", new { experiment_id = experiment });

        Assert.Empty((await Client.Garbage.CollectAsync(new GarbageRequest())).Runs);
        var listed = await Client.Garbage.CollectAsync(List);
        Assert.True(listed.DryRun);
        Assert.Equal("2", (await Client.ModelVersions.RestoreAsync("flowers", "2")).Version);
        await Client.ModelVersions.DeleteAsync("flowers", "2");

        var names = new List<string>();
        foreach (var file in gone.Files) names.Add(await DatabaseProbe.BlobNameAsync(Server, file.Sha256));
        var removed = await Client.Garbage.CollectAsync(Remove);
        Assert.Equal([("flowers", "2")], removed.Versions.Select(v => (v.Model, v.Version)));
        Assert.Equal([(gone.Run, 3L, gone.Files.Sum(f => f.Size) + shared.Length)], removed.Runs.Select(r => (r.RunId, r.Files, r.Bytes)));
        Assert.Equal(names.Order(StringComparer.Ordinal), removed.Blobs.Select(b => b.Name));
        Assert.Equal(gone.Files.Select(f => f.Sha256).Order(StringComparer.Ordinal), removed.Blobs.Select(b => b.Sha256!).Order(StringComparer.Ordinal));
        Assert.Equal(gone.Files.Sum(f => f.Size), removed.Bytes);
        Assert.Equal([("run", kept.Run), ("experiment", experiment)], removed.Kept.Select(k => (k.Kind, k.Id)));
        Assert.Contains("version 1 of model 'flowers'", removed.Kept[0].Reason, StringComparison.Ordinal);
        Assert.Equal(listed.Versions.Select(v => v.Version), removed.Versions.Select(v => v.Version));
        Assert.Equal(listed.Runs, removed.Runs);
        Assert.Equal(listed.Blobs.OrderBy(b => b.Name, StringComparer.Ordinal), removed.Blobs);
        Assert.Equal(listed.Kept, removed.Kept);

        foreach (var name in names) Assert.False(await Container.GetBlobClient(name).ExistsAsync());
        Assert.True((await Client.ModelVersions.VerifyAsync(ModelUri.OfVersion("flowers", 1))).Verified);
        await Assert.ThrowsAsync<RegistryException>(() => Client.ModelVersions.RestoreAsync("flowers", "2"));
        await Mlflow.GetFailsAsync($"/runs/get?run_id={gone.Run}", "RESOURCE_DOES_NOT_EXIST", HttpStatusCode.NotFound);
        Assert.Equal("3", (await (await UploadedFolder.MakeAsync(Server.Http)).RegisterAsync(Server.Http, "flowers")).Version);
        Assert.Equal(0, (await Client.Garbage.CollectAsync(Remove)).Bytes);
    }

    [Fact]
    public async Task Deleted_logged_models_are_purged_with_their_files_unless_a_version_needs_them()
    {
        var experiment = await Mlflow.NewExperimentAsync();
        var models = new List<(string Id, string Folder)>();
        foreach (var bytes in new byte[][] { [1, 2, 3], [4, 5] })
        {
            var info = (await Mlflow.PostAsync("/logged-models", new { experiment_id = experiment })).GetProperty("model").GetProperty("info");
            models.Add((info.Text("model_id"), info.Text("artifact_uri")["mlflow-artifacts:/".Length..]));
            await PutAsync($"{models[^1].Folder}/weights", bytes);
        }
        await Mlflow.PostAsync("/registered-models/create", new { name = "logged" });
        await Mlflow.PostAsync("/model-versions/create", new { name = "logged", source = $"models:/{models[0].Id}", model_id = models[0].Id });
        foreach (var (id, _) in models) await Mlflow.SendAsync(HttpMethod.Delete, $"/logged-models/{id}", new { });

        var listed = await Client.Garbage.CollectAsync(List);
        var removed = await Client.Garbage.CollectAsync(Remove);
        Assert.Equal([(models[1].Id, 1L, 2L)], removed.LoggedModels.Select(m => (m.ModelId, m.Files, m.Bytes)));
        Assert.Equal(listed.LoggedModels, removed.LoggedModels);
        Assert.Equal(listed.Blobs, removed.Blobs);
        Assert.Equal(listed.Kept, removed.Kept);
        Assert.Equal(("logged model", models[0].Id), (removed.Kept.Single().Kind, removed.Kept.Single().Id));
        Assert.Equal([2L], removed.Blobs.Select(b => b.Bytes));

        // With its experiment everything is removed, each blob listed once.
        await Mlflow.SendAsync(HttpMethod.Delete, "/model-versions/delete", new { name = "logged", version = "1" });
        await Mlflow.PostAsync("/experiments/delete", new { experiment_id = experiment });
        Assert.Equal([3L], (await Client.Garbage.CollectAsync(List)).Blobs.Select(b => b.Bytes));
        Assert.Equal([3L], (await Client.Garbage.CollectAsync(Remove)).Blobs.Select(b => b.Bytes));
    }

    [Fact]
    public async Task The_name_of_a_deleted_experiment_is_free_again()
    {
        var experiment = await Mlflow.NewExperimentAsync("taken");
        await UploadedFolder.MakeAsync(Server.Http, await Mlflow.NewRunAsync(experiment));
        await Mlflow.PostAsync("/experiments/delete", new { experiment_id = experiment });
        await Mlflow.FailsAsync("/experiments/create", new { name = "taken" }, "RESOURCE_ALREADY_EXISTS");
        await Task.Delay(5);
        var report = await Client.Garbage.CollectAsync(Remove);
        Assert.Equal([(experiment, "taken")], report.Experiments.Select(e => (e.ExperimentId, e.Name)));
        Assert.Single(report.Runs);
        Assert.Equal(2, report.Blobs.Count);
        Assert.NotEqual(experiment, await Mlflow.NewExperimentAsync("taken"));
    }

    [Fact]
    public async Task Uploads_during_a_collection_lose_nothing()
    {
        var root = (await Mlflow.RunAsync(await Mlflow.NewRunAsync())).GetProperty("info").Text("artifact_uri")["mlflow-artifacts:/".Length..];
        // Few contents for many uploads, so that blobs become garbage just when they are needed again.
        var contents = Enumerable.Range(0, 3).Select(i => RandomNumberGenerator.GetBytes(100 + i)).ToArray();
        using var done = new CancellationTokenSource();
        var collections = Task.Run(async () =>
        {
            var removed = 0;
            while (!done.IsCancellationRequested) removed += (await Client.Garbage.CollectAsync(Remove)).Blobs.Count;
            return removed;
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async writer =>
        {
            for (var i = 0; i < 25; i++)
            {
                var (path, bytes) = ($"{root}/file-{writer}", contents[(writer + i) % contents.Length]);
                await PutAsync(path, bytes);
                Assert.Equal(bytes, await Server.Http.GetByteArrayAsync($"{Proxy}/{path}"));
                (await Server.Http.DeleteAsync($"{Proxy}/{path}")).EnsureSuccessStatusCode();
            }
        }));
        await done.CancelAsync();
        Assert.True(await collections > 0);
        await PutAsync($"{root}/last", contents[0]);
        await Client.Garbage.CollectAsync(Remove);
        Assert.Equal(contents[0], await Server.Http.GetByteArrayAsync($"{Proxy}/{root}/last"));
    }

    [Fact]
    public async Task A_concurrent_restoration_and_collection_have_one_winner()
    {
        for (var round = 0; round < 5; round++)
        {
            var folder = await UploadedFolder.MakeAsync(Server.Http);
            await Mlflow.PostAsync("/runs/delete", new { run_id = folder.Run });
            await Task.Delay(5);
            var collecting = Client.Garbage.CollectAsync(Remove);
            using var restored = await Mlflow.RawAsync(HttpMethod.Post, "/runs/restore", new { run_id = folder.Run });
            var collected = (await collecting).Runs.Any(r => r.RunId == folder.Run);
            using var file = await Server.Http.GetAsync(folder.Address("MLmodel"));
            Assert.Equal(collected ? HttpStatusCode.NotFound : HttpStatusCode.OK, file.StatusCode);
            Assert.Equal(collected ? HttpStatusCode.NotFound : HttpStatusCode.OK, restored.StatusCode);
        }
    }

    [Fact]
    public async Task Old_interrupted_uploads_are_removed_and_uploads_in_progress_are_kept()
    {
        await PutAsync("warm/up", [1]);
        await using (var scope = Server.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<RegistryDb>();
            var now = DateTimeOffset.UtcNow;
            foreach (var (name, age) in new[] { ("broken/off", 25), ("under/way", 1) })
            {
                var id = Guid.NewGuid().ToString("N");
                await Container.UploadBlobAsync(name + id, new BinaryData("bytes"));
                db.Add(new UnboundBlob { BlobName = name + id, CreationTime = now.AddHours(-age).ToUnixTimeMilliseconds() });
            }
            await db.SaveChangesAsync();
        }
        var report = await Client.Garbage.CollectAsync(Remove);
        var broken = Assert.Single(report.Blobs);
        Assert.StartsWith("broken/off", broken.Name, StringComparison.Ordinal);
        Assert.False(await Container.GetBlobClient(broken.Name).ExistsAsync());
        Assert.Empty((await Client.Garbage.CollectAsync(List)).Blobs);
    }

    [Theory]
    [InlineData("""{"older_than_days": -1}""", "older_than_days")]
    [InlineData("""{"older_than_days": 1e9}""", "older_than_days")]
    [InlineData("""{"dry_run": "maybe"}""", "dry_run")]
    public async Task Bad_requests_report_the_reason(string body, string expected)
    {
        using var answer = await Server.Http.PostAsync("/api/gc", new StringContent(body, null, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(expected, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_body_it_only_lists()
    {
        using var answer = await Server.Http.PostAsync("/api/gc", null);
        Assert.True((await answer.Content.ReadFromJsonAsync<GarbageReport>(ApiJson.Options))!.DryRun);
    }

    /// <summary>Sends the bytes again if garbage collection has just removed their stored copy.</summary>
    private async Task PutAsync(string path, byte[] bytes)
    {
        while (true)
        {
            using var put = await Server.Http.PutAsync($"{Proxy}/{path}", new ByteArrayContent(bytes));
            if (put.StatusCode == HttpStatusCode.ServiceUnavailable) continue;
            put.EnsureSuccessStatusCode();
            return;
        }
    }
}

public sealed class GarbageTestsOnPostgres(RegistryFixture shared, PostgresFixture postgres) : GarbageTests(shared)
{
    protected override async Task<string[]> SettingsAsync() => [$"--ConnectionStrings:registrydb={await postgres.CreateDatabaseAsync()}"];
}
