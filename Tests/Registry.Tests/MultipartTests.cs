using System.Net;
using System.Security.Cryptography;
using System.Text.Json;

namespace Linnaeus.Registry.Tests;

/// <summary>The requests of MLflow's client for a large file: create, PUT to each URL, complete or abort.</summary>
public class MultipartTests(RegistryFixture registry)
{
    private const string Proxy = "/api/2.0/mlflow-artifacts";
    private readonly MlflowWire _mlflow = new(registry.Http);
    private readonly MlflowWire _proxy = new(registry.Http, Proxy);

    private async Task<string> NewFolderAsync() =>
        (await _mlflow.RunAsync(await _mlflow.NewRunAsync())).GetProperty("info").Text("artifact_uri")["mlflow-artifacts:/".Length..] + "/model";

    private async Task<(string Id, List<string> Urls)> CreateAsync(string folder, int parts)
    {
        var created = await _proxy.PostAsync($"/mpu/create/{folder}", new { path = "/home/ada/weights.bin", num_parts = parts });
        var credentials = created.List("credentials");
        Assert.Equal(Enumerable.Range(1, parts), credentials.Select(c => c.GetProperty("part_number").GetInt32()));
        Assert.All(credentials, c => Assert.Empty(c.GetProperty("headers").EnumerateObject()));
        return (created.Text("upload_id"), credentials.ConvertAll(c => c.Text("url")));
    }

    private static async Task<string> PutAsync(string url, byte[] bytes)
    {
        // The client uses the part's URL only: no other header, no base address.
        using var http = new HttpClient();
        using var response = await http.PutAsync(url, new ByteArrayContent(bytes));
        response.EnsureSuccessStatusCode();
        return response.Headers.ETag!.ToString();
    }

    private static object Complete(string id, params (int Number, string Tag)[] parts) => new
    {
        path = "/home/ada/weights.bin",
        upload_id = id,
        parts = parts.Select(p => new { part_number = p.Number, etag = p.Tag, url = "x" }),
    };

    [Fact]
    public async Task Parts_in_any_order_become_one_file_stored_by_content()
    {
        var folder = await NewFolderAsync();
        var (id, urls) = await CreateAsync(folder, 3);
        var parts = new[] { RandomNumberGenerator.GetBytes((9 << 20) + 1), RandomNumberGenerator.GetBytes(5 << 20), RandomNumberGenerator.GetBytes(77) };
        var whole = parts.SelectMany(p => p).ToArray();
        var tags = new string[3];
        await PutAsync(urls[1], RandomNumberGenerator.GetBytes(8 << 20)); // an abandoned attempt
        await Task.WhenAll(new[] { 2, 0, 1 }.Select(async i => tags[i] = await PutAsync(urls[i], parts[i])));
        var body = Complete(id, (3, tags[2]), (1, tags[0]), (2, tags[1]));
        using (var completed = await _proxy.RawAsync(HttpMethod.Post, $"/mpu/complete/{folder}", body))
        {
            completed.EnsureSuccessStatusCode();
            Assert.Equal($"sha-256=:{Convert.ToBase64String(SHA256.HashData(whole))}:", completed.Headers.GetValues("Content-Digest").Single());
        }
        Assert.Equal(whole, await registry.Http.GetByteArrayAsync($"{Proxy}/artifacts/{folder}/weights.bin"));
        await _proxy.PostAsync($"/mpu/complete/{folder}", body);
        await _proxy.PostAsync($"/mpu/abort/{folder}", new { path = "weights.bin", upload_id = id });
        Assert.Equal(whole, await registry.Http.GetByteArrayAsync($"{Proxy}/artifacts/{folder}/weights.bin"));

        // The same bytes in one piece, and again in parts, are stored once.
        var name = await DatabaseProbe.BlobNameAsync(registry.Server, Convert.ToHexStringLower(SHA256.HashData(whole)));
        (await registry.Http.PutAsync($"{Proxy}/artifacts/{folder}/copy.bin", new ByteArrayContent(whole))).EnsureSuccessStatusCode();
        (id, urls) = await CreateAsync(folder + "/again", 1);
        await _proxy.PostAsync($"/mpu/complete/{folder}/again", Complete(id, (1, await PutAsync(urls[0], whole))));
        Assert.Equal(whole, await registry.Http.GetByteArrayAsync($"{Proxy}/artifacts/{folder}/again/weights.bin"));
        Assert.Equal([name], await BlobsOfSizeAsync(whole.Length));
    }

    [Fact]
    public async Task An_upload_with_a_missing_part_is_not_completed_and_an_aborted_one_leaves_nothing()
    {
        var folder = await NewFolderAsync();
        var (id, urls) = await CreateAsync(folder, 2);
        var tag = await PutAsync(urls[0], new byte[4321]);
        foreach (var parts in new (int, string)[][] { [(1, tag)], [(1, tag), (2, tag)], [(1, tag), (3, tag)], [(1, tag), (2, "\"0123456789abcdef-1\"")],
            [(1, tag), (2, "junk")], [] })
            await _proxy.FailsAsync($"/mpu/complete/{folder}", Complete(id, parts));
        Assert.Equal(HttpStatusCode.NotFound, (await registry.Http.GetAsync($"{Proxy}/artifacts/{folder}/weights.bin")).StatusCode);

        await _proxy.PostAsync($"/mpu/abort/{folder}", new { path = "weights.bin", upload_id = id });
        await _proxy.FailsAsync($"/mpu/complete/{folder}", Complete(id, (1, tag), (2, tag)), "RESOURCE_DOES_NOT_EXIST", HttpStatusCode.NotFound);
        using var late = await registry.Http.PutAsync(urls[1], new ByteArrayContent([1]));
        await MlflowWire.FailedAsync(late, "RESOURCE_DOES_NOT_EXIST", HttpStatusCode.NotFound);
        Assert.DoesNotContain(id[..10].Replace('-', '/') + "/" + id[11..43], await BlobsOfSizeAsync(4321));
    }

    [Fact]
    public async Task Bad_uploads_are_refused()
    {
        var folder = await NewFolderAsync();
        foreach (var (path, body, expected) in new (string, object, string)[]
        {
            ($"/mpu/create/{folder}", new { }, "Missing value for required parameter 'path'"),
            ($"/mpu/create/{folder}", new { path = "a", num_parts = 0 }, "Invalid value 0 for parameter 'num_parts'"),
            ($"/mpu/create/{folder}", new { path = "a", num_parts = 10_001 }, "Invalid value 10001 for parameter 'num_parts'"),
            ($"/mpu/create/{folder}", new { path = "a/..", num_parts = 1 }, "Invalid path"),
            ($"/mpu/create/{folder}", new { path = "a/", num_parts = 1 }, "Invalid path"),
            ("/mpu/create/..%2Fother", new { path = "a", num_parts = 1 }, "Invalid path"),
            ($"/mpu/complete/{folder}", new { path = "a" }, "Missing value for required parameter 'upload_id'"),
        }) Assert.Contains(expected, await _proxy.FailsAsync(path, body), StringComparison.Ordinal);
        foreach (var id in new[] { "x", "2026-01-01-0123456789abcdef0123456789abcdef-1", "../../secret" })
            await _proxy.FailsAsync($"/mpu/complete/{folder}", Complete(id, (1, "\"0123456789abcdef-1\"")), "RESOURCE_DOES_NOT_EXIST",
                HttpStatusCode.NotFound);
        var (_, urls) = await CreateAsync(folder, 1);
        using var beyond = await registry.Http.PutAsync(urls[0][..^1] + "2", new ByteArrayContent([1]));
        await MlflowWire.FailedAsync(beyond, "INVALID_PARAMETER_VALUE", HttpStatusCode.BadRequest);
    }

    private async Task<List<string>> BlobsOfSizeAsync(long size)
    {
        var names = new List<string>();
        await foreach (var blob in new Azure.Storage.Blobs.BlobContainerClient(registry.Azurite.ConnectionString, "linnaeus").GetBlobsAsync())
            if (blob.Properties.ContentLength == size) names.Add(blob.Name);
        return names;
    }
}
