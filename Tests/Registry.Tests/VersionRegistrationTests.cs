using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Linnaeus.Registry.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Linnaeus.Registry.Tests;

public class VersionRegistrationTests(RegistryFixture registry)
{
    private readonly MlflowWire _mlflow = new(registry.Http);

    private Task<UploadedFolder> UploadAsync() => UploadedFolder.MakeAsync(registry.Http);

    private Task<HttpResponseMessage> RegisterAsync(string name, RegisterVersionRequest request) =>
        registry.Http.PostAsJsonAsync($"/api/models/{name}/versions", request, ApiJson.Options);

    private static string NewName() => $"registered-{Guid.NewGuid():N}";

    [Fact]
    public async Task A_verified_folder_becomes_a_ready_version_once()
    {
        var name = NewName();
        var (run, _, files) = await UploadAsync();
        var first = await RegisterAsync(name, new RegisterVersionRequest(run, "model", files, "first"));
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        var info = await first.Content.ReadFromJsonAsync<ModelVersionInfo>(ApiJson.Options);
        Assert.Equal((name, "1", "READY", run, "model"), (info!.Name, info.Version, info.Status, info.RunId, info.ArtifactPath));
        Assert.Equal(files.OrderBy(f => f.Path, StringComparer.Ordinal), info.Files);

        var again = await RegisterAsync(name, new RegisterVersionRequest(run, "model", [.. files.AsEnumerable().Reverse()], "again"));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal("1", (await again.Content.ReadFromJsonAsync<ModelVersionInfo>(ApiJson.Options))!.Version);

        await _mlflow.PostAsync("/registered-models/alias", new { name, alias = "champion", version = "1" });
        foreach (var reference in new[] { "1", "@champion", "@CHAMPION", "latest" })
            Assert.Equal(["champion"], (await registry.Http.GetFromJsonAsync<ModelVersionInfo>($"/api/models/{name}/versions/{reference}",
                ApiJson.Options))!.Aliases);
        var listed = (await registry.Http.GetFromJsonAsync<List<RegisteredModelInfo>>("/api/models", ApiJson.Options))!.Single(m =>
            m.Name == name);
        Assert.Equal(files.Count, listed.Versions.Single().Files.Count);
        var lean = Assert.Single((await registry.Http.GetFromJsonAsync<List<RegisteredModelInfo>>($"/api/models?files=false&limit=1&after={name[..^1]}",
            ApiJson.Options))!);
        Assert.Equal((name, 0), (lean.Name, lean.Versions.Single().Files.Count));
        Assert.DoesNotContain((await registry.Http.GetFromJsonAsync<List<RegisteredModelInfo>>($"/api/models?after={name}", ApiJson.Options))!,
            m => m.Name == name);
        Assert.Equal(HttpStatusCode.BadRequest, (await registry.Http.GetAsync("/api/models?limit=0")).StatusCode);
        Assert.Equal("READY", (await _mlflow.GetAsync($"/model-versions/get?name={name}&version=1")).GetProperty("model_version")
            .Text("status"));
        Assert.Equal(HttpStatusCode.NotFound, (await registry.Http.GetAsync($"/api/models/{name}/versions/@nobody")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await registry.Http.GetAsync($"/api/models/{name}/versions/7")).StatusCode);
    }

    [Fact]
    public async Task A_version_has_its_tags_from_the_start_and_a_wrong_tag_registers_nothing()
    {
        var name = NewName();
        var (run, _, files) = await UploadAsync();
        var request = new RegisterVersionRequest(run, "model", files, Tags: new Dictionary<string, string> { ["Test Accuracy"] = "0.9", ["epoch"] = "7" });
        var refused = await RegisterAsync(name, request with { Tags = new Dictionary<string, string> { ["epoch"] = new string('x', 5001) } });
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await registry.Http.GetAsync($"/api/models/{name}")).StatusCode);

        var registered = await (await RegisterAsync(name, request)).Content.ReadFromJsonAsync<ModelVersionInfo>(ApiJson.Options);
        Assert.Equal(request.Tags, registered!.Tags);
        var repeated = await (await RegisterAsync(name, request with { Tags = null })).Content.ReadFromJsonAsync<ModelVersionInfo>(ApiJson.Options);
        Assert.Equal("1", repeated!.Version);
        Assert.Equal(request.Tags, repeated.Tags);
    }

    [Fact]
    public async Task Concurrent_repeats_register_one_version()
    {
        var name = NewName();
        var (run, _, files) = await UploadAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(_ => RegisterAsync(name, new RegisterVersionRequest(run, "model", files))));
        Assert.All(answers, a => Assert.True(a.IsSuccessStatusCode));
        Assert.Single(answers, a => a.StatusCode == HttpStatusCode.Created);
        Assert.Single((await registry.Http.GetFromJsonAsync<RegisteredModelInfo>($"/api/models/{name}", ApiJson.Options))!.Versions);
    }

    [Fact]
    public async Task A_mismatch_names_the_file_and_registers_nothing()
    {
        var name = NewName();
        var (run, _, files) = await UploadAsync();
        foreach (var wrong in new[]
        {
            files[1] with { Sha256 = new string('0', 64) },
            files[1] with { Size = 7 },
            files[1] with { Path = "absent.bin" },
        })
        {
            var answer = await RegisterAsync(name, new RegisterVersionRequest(run, "model", [files[0], wrong]));
            Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.Contains(wrong.Path, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await registry.Http.GetAsync($"/api/models/{name}")).StatusCode);
    }

    [Fact]
    public async Task Changed_bytes_in_the_store_are_detected_and_missing_bytes_are_reported_until_they_are_back()
    {
        var name = NewName();
        var (run, root, files) = await UploadAsync();
        var blob = await BlobOfAsync(files[1]);
        var original = (await blob.DownloadContentAsync()).Value.Content.ToArray();
        var damaged = original.ToArray();
        damaged[1000] ^= 1;
        await blob.UploadAsync(new BinaryData(damaged).ToStream(), overwrite: true);
        var refused = await RegisterAsync(name, new RegisterVersionRequest(run, "model", files));
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("model.safetensors", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        await blob.UploadAsync(new BinaryData(original).ToStream(), overwrite: true);
        (await RegisterAsync(name, new RegisterVersionRequest(run, "model", files))).EnsureSuccessStatusCode();
        await blob.DeleteAsync();
        var check = registry.Server.Services.GetServices<IHostedService>().OfType<MissingBlobCheck>().Single();
        Assert.Equal(1, await check.CheckAsync(CancellationToken.None));
        Assert.Contains("model.safetensors", (await _mlflow.GetAsync($"/model-versions/get?name={name}&version=1"))
            .GetProperty("model_version").Text("status_message"), StringComparison.Ordinal);
        var download = await registry.Http.GetAsync($"/api/2.0/mlflow-artifacts/artifacts/{root}/model/model.safetensors");
        Assert.Contains("missing from the blob store",
            await MlflowWire.FailedAsync(download, "RESOURCE_DOES_NOT_EXIST", HttpStatusCode.NotFound), StringComparison.Ordinal);

        (await registry.Http.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/{root}/model/model.safetensors",
            new ByteArrayContent(original))).EnsureSuccessStatusCode();
        Assert.Equal(0, await check.CheckAsync(CancellationToken.None));
        Assert.False((await _mlflow.GetAsync($"/model-versions/get?name={name}&version=1")).GetProperty("model_version")
            .Has("status_message"));
    }

    [Theory]
    [InlineData("""{"run_id": "RUN", "artifact_path": "model", "files": []}""", "at least one file")]
    [InlineData("""{"run_id": "RUN", "artifact_path": "model"}""", "at least one file")]
    [InlineData("""{"run_id": "RUN", "artifact_path": "../model", "files": [{"path": "a", "size": 1, "sha256": "0000000000000000000000000000000000000000000000000000000000000000"}]}""", "Invalid path")]
    [InlineData("""{"run_id": "RUN", "artifact_path": "model", "files": [{"path": "../a", "size": 1, "sha256": "xyz"}]}""", "64 lowercase hex digits")]
    [InlineData("""{"artifact_path": "model", "files": []}""", "run_id")]
    [InlineData("not json", "")]
    public async Task Bad_requests_report_the_reason(string body, string expected)
    {
        var run = await _mlflow.NewRunAsync();
        var answer = await registry.Http.PostAsync($"/api/models/{NewName()}/versions",
            new StringContent(body.Replace("RUN", run, StringComparison.Ordinal), null, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains(expected, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<BlobClient> BlobOfAsync(ModelFile file) =>
        new BlobContainerClient(registry.Azurite.ConnectionString, "linnaeus")
            .GetBlobClient(await DatabaseProbe.BlobNameAsync(registry.Server, file.Sha256));
}
