using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Blobs;
using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Models;
using Microsoft.Extensions.DependencyInjection;

namespace Linnaeus.Registry.Tests;

/// <summary>Protection and lineage of registered versions.</summary>
public class IntegrityTests(RegistryFixture registry)
{
    private readonly MlflowWire _mlflow = new(registry.Http);
    private readonly RegistryClient _client = new(registry.Http);

    private static string NewName() => $"whole-{Guid.NewGuid():N}";

    [Fact]
    public async Task Files_of_a_version_never_change_but_can_be_uploaded_again()
    {
        var (http, name) = (registry.Http, NewName());
        var folder = await UploadedFolder.MakeAsync(http);
        await folder.RegisterAsync(http, name);
        var bytes = await http.GetByteArrayAsync(folder.Address("model.safetensors"));

        (await http.PutAsync(folder.Address("model.safetensors"), new ByteArrayContent(bytes))).EnsureSuccessStatusCode();
        (await http.PutAsync(folder.Address("notes.txt"), new ByteArrayContent("not registered"u8.ToArray()))).EnsureSuccessStatusCode();
        foreach (var path in new[] { "MLmodel", "model.safetensors" })
        {
            var put = await http.PutAsync(folder.Address(path), new ByteArrayContent("other"u8.ToArray()));
            Assert.Contains($"version 1 of model '{name}'", await MlflowWire.FailedAsync(put, "RESOURCE_CONFLICT", HttpStatusCode.Conflict), StringComparison.Ordinal);
        }
        foreach (var address in new[] { folder.Address("MLmodel"), folder.Address(), folder.Address()[..^"/model".Length] })
            await MlflowWire.FailedAsync(await http.DeleteAsync(address), "RESOURCE_CONFLICT", HttpStatusCode.Conflict);
        (await http.DeleteAsync(folder.Address("notes.txt"))).EnsureSuccessStatusCode();
        Assert.Equal(bytes, await http.GetByteArrayAsync(folder.Address("model.safetensors")));

        await _client.ModelVersions.DeleteAsync(name, "1");
        var deleted = await http.PutAsync(folder.Address("MLmodel"), new ByteArrayContent("other"u8.ToArray()));
        Assert.Contains("deleted version 1", await MlflowWire.FailedAsync(deleted, "RESOURCE_CONFLICT", HttpStatusCode.Conflict), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Versions_that_mlflow_registers_are_protected_too()
    {
        var (http, name) = (registry.Http, NewName());
        var folder = await UploadedFolder.MakeAsync(http);
        await _mlflow.PostAsync("/registered-models/create", new { name });
        await _mlflow.PostAsync("/model-versions/create", new { name, source = $"mlflow-artifacts:/{folder.Root}/model", run_id = folder.Run });
        await MlflowWire.FailedAsync(await http.DeleteAsync(folder.Address("MLmodel")), "RESOURCE_CONFLICT", HttpStatusCode.Conflict);
        Assert.True((await _client.ModelVersions.VerifyAsync(ModelUri.OfVersion(name, 1))).Verified);
    }

    [Fact]
    public async Task A_concurrent_upload_and_registration_have_one_winner()
    {
        var http = registry.Http;
        for (var round = 0; round < 5; round++)
        {
            var name = NewName();
            var folder = await UploadedFolder.MakeAsync(http);
            var registering = _client.ModelVersions.RegisterAsync(name, new RegisterVersionRequest(folder.Run, "model", folder.Files));
            using var put = await http.PutAsync(folder.Address("MLmodel"), new ByteArrayContent(new byte[100 + round]));
            try
            {
                await registering;
                Assert.Equal(HttpStatusCode.Conflict, put.StatusCode);
                Assert.True((await _client.ModelVersions.VerifyAsync(ModelUri.OfVersion(name, 1))).Verified);
            }
            catch (RegistryException refused)
            {
                Assert.Equal(HttpStatusCode.Conflict, refused.Status);
                Assert.Equal(HttpStatusCode.OK, put.StatusCode);
            }
        }
    }

    [Fact]
    public async Task A_mismatch_is_reported_per_file_recorded_with_the_version_and_repaired_by_the_same_bytes()
    {
        var (http, name) = (registry.Http, NewName());
        var folder = await UploadedFolder.MakeAsync(http);
        await folder.RegisterAsync(http, name);
        var model = ModelUri.OfVersion(name, 1);
        var sound = await _client.ModelVersions.VerifyAsync(model);
        Assert.True(sound.Verified);
        Assert.Null(sound.Message);
        Assert.Equal(folder.Files.Select(f => (f.Path, f.Sha256, FileState.Verified)), sound.Files.Select(f => (f.Path, f.Sha256, f.State)));

        var weights = folder.Files.Single(f => f.Path == "model.safetensors");
        var bytes = await http.GetByteArrayAsync(folder.Address(weights.Path));
        var blob = await BlobAsync(weights);
        var damaged = bytes.ToArray();
        damaged[^1] ^= 1;
        await blob.UploadAsync(new BinaryData(damaged).ToStream(), overwrite: true);

        var report = await _client.ModelVersions.VerifyAsync(model);
        Assert.False(report.Verified);
        Assert.Equal([("MLmodel", FileState.Verified), ("model.safetensors", FileState.Damaged)], report.Files.Select(f => (f.Path, f.State)));
        var version = await _client.ModelVersions.GetAsync(model);
        Assert.Equal(("FAILED_REGISTRATION", report.Message), (version.Status, version.StatusMessage));
        Assert.Equal("damaged", version.Tags[VersionVerifier.ChecksumTag]);

        (await http.PutAsync(folder.Address(weights.Path), new ByteArrayContent(bytes))).EnsureSuccessStatusCode();
        Assert.Equal(bytes, await http.GetByteArrayAsync(folder.Address(weights.Path)));
        Assert.True((await _client.ModelVersions.VerifyAsync(model)).Verified);
        Assert.Equal("READY", (await _client.ModelVersions.GetAsync(model)).Status);
    }

    [Fact]
    public async Task A_deleted_version_is_hidden_until_it_is_restored_and_its_number_stays_reserved()
    {
        var (http, name) = (registry.Http, NewName());
        var folder = await UploadedFolder.MakeAsync(http);
        await folder.RegisterAsync(http, name);
        await (await UploadedFolder.MakeAsync(http)).RegisterAsync(http, name);
        await _client.ModelVersions.SetAliasAsync(name, "champion", "2");
        await _client.ModelVersions.DeleteAsync(name, "2");

        await _mlflow.GetFailsAsync($"/model-versions/get?name={name}&version=2", "RESOURCE_DOES_NOT_EXIST", HttpStatusCode.NotFound);
        Assert.Equal(["1"], (await _mlflow.GetAsync($"/model-versions/search?filter=name%3D'{name}'")).List("model_versions").Select(v => v.Text("version")));
        var model = (await _mlflow.GetAsync($"/registered-models/get?name={name}")).GetProperty("registered_model");
        Assert.Equal("1", model.List("latest_versions").Single().Text("version"));
        Assert.Empty(model.List("aliases"));
        Assert.Single((await http.GetFromJsonAsync<RegisteredModelInfo>($"/api/models/{name}", ApiJson.Options))!.Versions);
        await Assert.ThrowsAsync<RegistryException>(() => _client.ModelVersions.SetAliasAsync(name, "champion", "2"));
        await Assert.ThrowsAsync<RegistryException>(() => _client.ModelVersions.DeleteAsync(name, "2"));

        Assert.Equal("3", (await (await UploadedFolder.MakeAsync(http)).RegisterAsync(http, name)).Version);
        var restored = await _client.ModelVersions.RestoreAsync(name, "2");
        Assert.Equal("2", restored.Version);
        Assert.Empty(restored.Aliases);
        Assert.Equal(2, restored.Files.Count);
        Assert.Equal(["3", "2", "1"], (await http.GetFromJsonAsync<RegisteredModelInfo>($"/api/models/{name}", ApiJson.Options))!.Versions.Select(v => v.Version));
        var absent = await Assert.ThrowsAsync<RegistryException>(() => _client.ModelVersions.RestoreAsync(name, "9"));
        Assert.Equal(HttpStatusCode.NotFound, absent.Status);
    }

    [Fact]
    public async Task Lineage_lists_every_source_and_descendant_of_a_version()
    {
        var (http, name) = (registry.Http, NewName());
        await (await UploadedFolder.MakeAsync(http)).RegisterAsync(http, name);
        var job = await _client.Jobs.SubmitAsync(new TrainingSpec { Model = name, Dataset = "synthetic-flowers", Weights = $"models:/{name}/1", Seed = 5 });
        await _client.Jobs.CancelAsync(job.Id);
        await _client.Runs.LogBatchAsync(job.RunId!, null, new Dictionary<string, string> { ["dataset.fingerprint"] = "f00d" },
            new Dictionary<string, string> { ["linnaeus.parent"] = $"models:/{name}/1" });
        await (await UploadedFolder.MakeAsync(http, job.RunId)).RegisterAsync(http, name);
        var explanation = await _client.Explanations.PutAsync(new ExplanationRecord
        {
            Id = Guid.NewGuid().ToString("N"),
            Model = name,
            Version = "2",
            Method = ExplanationMethod.GradCam,
            RunId = job.RunId!,
            ArtifactPath = "explanations/x",
            Summary = JsonSerializer.SerializeToElement(new { probability = 0.5 }),
        });

        var lineage = await _client.ModelVersions.LineageAsync(ModelUri.OfVersion(name, 2));
        Assert.Equal((job.RunId, "Default", "KILLED", false), (lineage.Run!.RunId, lineage.Run.Experiment, lineage.Run.Status, lineage.Run.Deleted));
        Assert.Equal((job.Id, JobStatus.Cancelled), (lineage.Job!.Id, lineage.Job.Status));
        Assert.Equal(5, lineage.Spec!.Value.GetProperty("seed").GetInt32());
        Assert.Equal(new LineageDataset("synthetic-flowers", "f00d"), lineage.Dataset);
        Assert.Equal(new VersionReference(name, "1"), lineage.Parent);
        Assert.Equal(explanation.Id, lineage.Explanations.Single().Id);
        Assert.Matches("^[0-9a-f]{32}$", lineage.TraceId);
        Assert.Empty(lineage.Children);

        await _mlflow.PostAsync("/runs/delete", new { run_id = job.RunId });
        await _client.ModelVersions.DeleteAsync(name, "1");
        Assert.True((await _client.ModelVersions.LineageAsync(ModelUri.OfVersion(name, 2))).Run!.Deleted);
        Assert.True((await _client.ModelVersions.LineageAsync(ModelUri.OfVersion(name, 2))).Parent!.Deleted);
        await _client.ModelVersions.RestoreAsync(name, "1");
        var parent = await _client.ModelVersions.LineageAsync(ModelUri.OfVersion(name, 1));
        Assert.Equal([new VersionReference(name, "2")], parent.Children);
        Assert.Null(parent.Job);
        Assert.Null(parent.Parent);
    }

    [Fact]
    public async Task A_copy_of_a_version_is_its_child_and_explanations_follow_a_renamed_model()
    {
        var (http, name, copy) = (registry.Http, NewName(), NewName());
        await (await UploadedFolder.MakeAsync(http)).RegisterAsync(http, name);
        await _mlflow.PostAsync("/registered-models/create", new { name = copy });
        await _mlflow.PostAsync("/model-versions/create", new { name = copy, source = $"models:/{name}/1" });
        await _mlflow.PostAsync("/registered-models/rename", new { name, new_name = name + "-renamed" });
        Assert.Equal(new VersionReference(name + "-renamed", "1"), (await _client.ModelVersions.LineageAsync(ModelUri.OfVersion(copy, 1))).Parent);
    }

    [Fact]
    public async Task The_health_check_names_versions_with_missing_files()
    {
        var azurite = registry.Azurite.ConnectionString;
        var data = Directory.CreateTempSubdirectory("linnaeus-lacking-").FullName;
        try
        {
            await using (var first = await RegistryServer.StartAsync(azurite, data))
            {
                var folder = await UploadedFolder.MakeAsync(first.Http);
                await folder.RegisterAsync(first.Http, "lacking");
                var name = await DatabaseProbe.BlobNameAsync(first, folder.Files[0].Sha256);
                await new BlobContainerClient(azurite, "linnaeus").GetBlobClient(name).DeleteAsync();
            }
            await using var second = await RegistryServer.StartAsync(azurite, data);
            await second.Services.GetRequiredService<MissingBlobCheck>().CheckAsync(CancellationToken.None);
            using var health = await second.Http.GetAsync("/health");
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
            Assert.Contains("models:/lacking/1", await health.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            var versions = new RegistryClient(second.Http).ModelVersions;
            Assert.Equal("FAILED_REGISTRATION", (await versions.GetAsync("models:/lacking/1")).Status);
            Assert.Equal([FileState.Missing, FileState.Verified], (await versions.VerifyAsync(ModelUri.OfVersion("lacking", 1))).Files.Select(f => f.State));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private async Task<BlobClient> BlobAsync(ModelFile file) => new BlobContainerClient(registry.Azurite.ConnectionString, "linnaeus")
        .GetBlobClient(await DatabaseProbe.BlobNameAsync(registry.Server, file.Sha256));
}
