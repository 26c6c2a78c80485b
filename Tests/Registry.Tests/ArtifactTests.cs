using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Linnaeus.Registry.Tests;

public class ArtifactTests(RegistryFixture registry)
{
    private const string Proxy = "/api/2.0/mlflow-artifacts/artifacts";
    private readonly MlflowWire _mlflow = new(registry.Http);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4 << 20)]
    [InlineData((9 << 20) + 17)]
    public async Task A_file_is_downloaded_as_it_was_uploaded(int size)
    {
        var root = await NewRootAsync();
        var bytes = RandomNumberGenerator.GetBytes(size);
        using var put = await PutAsync($"{root}/model/model.safetensors", bytes, SHA256.HashData(bytes));
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);

        using var response = await registry.Http.GetAsync($"{Proxy}/{root}/model/model.safetensors");
        Assert.Equal(bytes, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal($"sha-256=:{Convert.ToBase64String(SHA256.HashData(bytes))}:", response.Headers.GetValues("Content-Digest").Single());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal(size, response.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task A_wrong_digest_leaves_nothing()
    {
        var root = await NewRootAsync();
        foreach (var size in new[] { 100, 5 << 20 })
        {
            using var put = await PutAsync($"{root}/a.bin", RandomNumberGenerator.GetBytes(size), SHA256.HashData("other"u8));
            Assert.Contains("Content-Digest", await MlflowWire.FailedAsync(put, "INVALID_PARAMETER_VALUE", HttpStatusCode.BadRequest),
                StringComparison.Ordinal);
        }
        using var get = await registry.Http.GetAsync($"{Proxy}/{root}/a.bin");
        await MlflowWire.FailedAsync(get, "RESOURCE_DOES_NOT_EXIST", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_replaced_file_is_kept_when_its_replacement_fails()
    {
        var root = await NewRootAsync();
        await PutTextAsync($"{root}/a.txt", "first");
        using var put = await PutAsync($"{root}/a.txt", "second"u8.ToArray(), new byte[32]);
        Assert.Equal(HttpStatusCode.BadRequest, put.StatusCode);
        Assert.Equal("first", await registry.Http.GetStringAsync($"{Proxy}/{root}/a.txt"));
        await PutTextAsync($"{root}/a.txt", "third");
        Assert.Equal("third", await registry.Http.GetStringAsync($"{Proxy}/{root}/a.txt"));
    }

    [Fact]
    public async Task An_interrupted_upload_leaves_nothing()
    {
        var root = await NewRootAsync();
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(IPAddress.Loopback, registry.Server.Address.Port);
            var head = $"PUT {Proxy}/{root}/cut.bin HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000\r\n\r\n";
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
            await socket.GetStream().WriteAsync(new byte[6_000_000]);
        }
        var list = await registry.Http.GetStringAsync($"{Proxy}?path={root}");
        Assert.DoesNotContain("cut.bin", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folders_are_listed_relative_to_the_requested_path()
    {
        var run = await _mlflow.NewRunAsync();
        var root = (await _mlflow.RunAsync(run)).GetProperty("info").Text("artifact_uri")["mlflow-artifacts:/".Length..];
        foreach (var path in new[] { "a.txt", "model/MLmodel", "model/data/x", "model.txt", "model/data/y",
            "fotos/bäume 100%.png" }) await PutTextAsync($"{root}/{path}", path);

        var top = await _mlflow.GetAsync($"/artifacts/list?run_id={run}");
        Assert.Equal($"mlflow-artifacts:/{root}", top.Text("root_uri"));
        Assert.Equal([("a.txt", false, 5), ("fotos", true, -1), ("model", true, -1), ("model.txt", false, 9)], top.List("files")
            .Select(Entry));
        Assert.Equal([("model/MLmodel", false, 13), ("model/data", true, -1)],
            (await _mlflow.GetAsync($"/artifacts/list?run_id={run}&path=model")).List("files").Select(Entry));
        var proxied = JsonElement.Parse(await registry.Http.GetStringAsync($"{Proxy}?path={root}/model/data"));
        Assert.Equal(["x", "y"], proxied.List("files").Select(f => f.Text("path")));
        Assert.Equal("fotos/bäume 100%.png",
            await registry.Http.GetStringAsync($"/get-artifact?run_uuid={run}&path={Uri.EscapeDataString("fotos/bäume 100%.png")}"));

        (await registry.Http.DeleteAsync($"{Proxy}/{root}/model/data/x")).EnsureSuccessStatusCode();
        (await registry.Http.DeleteAsync($"{Proxy}/{root}/fotos")).EnsureSuccessStatusCode();
        Assert.Equal(["a.txt", "model", "model.txt"], (await _mlflow.GetAsync($"/artifacts/list?run_id={run}")).List("files")
            .Select(f => f.Text("path")));
        Assert.Equal(["model/data/y"], (await _mlflow.GetAsync($"/artifacts/list?run_id={run}&path=model/data")).List("files")
            .Select(f => f.Text("path")));

        static (string, bool, long) Entry(JsonElement file) =>
            (file.Text("path"), file.GetProperty("is_dir").GetBoolean(), file.TryGetProperty("file_size", out var size) ? size.GetInt64()
            : -1);
    }

    [Theory]
    [InlineData("..%2F..%2Fsecret")]
    [InlineData("%2e%2e/secret")]
    [InlineData("a/%2e%2e%2fb")]
    [InlineData("%252e%252e/secret")]
    [InlineData("a%5C..%5Cb")]
    [InlineData("/etc/passwd")]
    [InlineData("%2Fetc/passwd")]
    [InlineData("a//b")]
    [InlineData("C:/windows")]
    [InlineData("a/./b")]
    [InlineData("a%00b")]
    public async Task Paths_outside_the_root_are_rejected(string path)
    {
        foreach (var method in new[] { "GET", "PUT", "DELETE" })
        {
            var answer = await SendRawAsync(method, $"{Proxy}/{path}");
            Assert.True(answer.StartsWith("HTTP/1.1 400", StringComparison.Ordinal), $"{method} {path}: {answer}");
        }
    }

    [Fact]
    public async Task Run_paths_outside_the_root_are_rejected_with_MLflows_message()
    {
        var run = await _mlflow.NewRunAsync();
        foreach (var path in new[] { "../path", "/path", "a/../../b", "%2e%2e/x" })
        {
            Assert.Equal("Invalid path", await _mlflow.GetFailsAsync($"/artifacts/list?run_id={run}&path={Uri.EscapeDataString(path)}"));
            using var get = await registry.Http.GetAsync($"/get-artifact?run_id={run}&path={Uri.EscapeDataString(path)}");
            Assert.Equal("Invalid path", await MlflowWire.FailedAsync(get, "INVALID_PARAMETER_VALUE", HttpStatusCode.BadRequest));
        }
    }

    [Theory]
    [InlineData("bytes=0-3", "0123", "bytes 0-3/10")]
    [InlineData("bytes=7-", "789", "bytes 7-9/10")]
    [InlineData("bytes=-2", "89", "bytes 8-9/10")]
    [InlineData("bytes=4-400", "456789", "bytes 4-9/10")]
    public async Task A_range_request_returns_only_the_range(string range, string expected, string contentRange)
    {
        var root = await NewRootAsync();
        await PutTextAsync($"{root}/digits", "0123456789");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Proxy}/{root}/digits");
        request.Headers.Range = RangeHeaderValue.Parse(range);
        using var response = await registry.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal(expected, await response.Content.ReadAsStringAsync());
        Assert.Equal(contentRange, response.Content.Headers.ContentRange?.ToString());
    }

    [Fact]
    public async Task A_range_beyond_the_end_is_416_and_a_known_tag_is_304()
    {
        var root = await NewRootAsync();
        await PutTextAsync($"{root}/digits", "0123456789");
        using var request = new HttpRequestMessage(HttpMethod.Get,
            $"{Proxy}/{root}/digits")
        { Headers = { Range = new RangeHeaderValue(10, null) } };
        using var response = await registry.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, response.StatusCode);

        using var first = await registry.Http.GetAsync($"{Proxy}/{root}/digits");
        using var again = new HttpRequestMessage(HttpMethod.Get, $"{Proxy}/{root}/digits");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await registry.Http.SendAsync(again)).StatusCode);
    }

    [Theory]
    [InlineData("a.txt", "text/plain")]
    [InlineData("b.pkl", "application/octet-stream")]
    [InlineData("c.png", "image/png")]
    [InlineData("d.pdf", "application/pdf")]
    [InlineData("e.json", "application/json")]
    [InlineData("conda.yaml", "text/plain")]
    [InlineData("MLmodel", "text/plain")]
    [InlineData("mlproject", "text/plain")]
    [InlineData("dog+step+20+timestamp+100.png", "image/png")]
    public async Task Downloads_say_their_type_and_name(string name, string type)
    {
        var run = await _mlflow.NewRunAsync();
        var root = (await _mlflow.RunAsync(run)).GetProperty("info").Text("artifact_uri")["mlflow-artifacts:/".Length..];
        await PutTextAsync($"{root}/{name}", "x");
        foreach (var address in new[] { $"{Proxy}/{root}/{name}", $"/get-artifact?run_id={run}&path={Uri.EscapeDataString(name)}" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { { "Accept", "text/html" } } };
            using var response = await registry.Http.SendAsync(request);
            Assert.Equal(type, response.Content.Headers.ContentType?.ToString());
            Assert.StartsWith($"attachment; filename={name}", response.Content.Headers.GetValues("Content-Disposition").Single(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_same_bytes_are_stored_once_even_when_uploaded_concurrently()
    {
        var root = await NewRootAsync();
        var bytes = RandomNumberGenerator.GetBytes((5 << 20) + 4321); // a unique size, since other tests use the same store
        await Task.WhenAll(Enumerable.Range(0, 6)
            .Select(async i => (await PutAsync($"{root}/copy-{i}", bytes, null)).EnsureSuccessStatusCode()));
        for (var i = 0; i < 6; i++) Assert.Equal(bytes, await registry.Http.GetByteArrayAsync($"{Proxy}/{root}/copy-{i}"));
        var stored = new List<string>();
        await foreach (var blob in new Azure.Storage.Blobs.BlobContainerClient(registry.Azurite.ConnectionString, "linnaeus").GetBlobsAsync())
            if (blob.Properties.ContentLength == bytes.Length) stored.Add(blob.Name);
        Assert.Equal(await DatabaseProbe.BlobNameAsync(registry.Server, Convert.ToHexStringLower(SHA256.HashData(bytes))), Assert.Single(stored));
    }

    [Fact]
    public async Task A_file_cannot_also_be_a_folder()
    {
        var root = await NewRootAsync();
        await PutTextAsync($"{root}/model", "a file");
        Assert.Equal(HttpStatusCode.BadRequest, (await PutAsync($"{root}/model/MLmodel", [1], null)).StatusCode);
        await PutTextAsync($"{root}/dir/file", "in a folder");
        Assert.Equal(HttpStatusCode.BadRequest, (await PutAsync($"{root}/dir", [1], null)).StatusCode);
    }

    [Fact]
    public async Task The_browser_uploads_small_files()
    {
        var run = await _mlflow.NewRunAsync();
        var ajax = new MlflowWire(registry.Http, "/ajax-api/2.0/mlflow");
        await ajax.SendAsync(HttpMethod.Post, $"/upload-artifact?run_uuid={run}&path=notes/a.txt",
            new ByteArrayContent("hello"u8.ToArray()));
        Assert.Equal("hello", await registry.Http.GetStringAsync($"/get-artifact?run_id={run}&path=notes/a.txt"));
        Assert.Contains("10MB", await ajax.FailsAsync($"/upload-artifact?run_uuid={run}&path=b",
            new ByteArrayContent(new byte[(10 << 20) + 1])), StringComparison.Ordinal);
        foreach (var (query, expected) in new[] { ("", "Request must specify run_uuid."), ($"run_uuid={run}", "Request must specify path."),
            ($"run_uuid={run}&path=../a", "Invalid path"), ($"run_uuid={run}&path=a", "Request must specify data.") })
            Assert.Equal(expected, await ajax.FailsAsync($"/upload-artifact?{query}", new ByteArrayContent([])));
    }

    private async Task<string> NewRootAsync()
    {
        var run = await _mlflow.NewRunAsync();
        return (await _mlflow.RunAsync(run)).GetProperty("info").Text("artifact_uri")["mlflow-artifacts:/".Length..];
    }

    private Task<HttpResponseMessage> PutAsync(string path, byte[] bytes, byte[]? sha256)
    {
        var request = new HttpRequestMessage(HttpMethod.Put,
            $"{Proxy}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}")
        { Content = new ByteArrayContent(bytes) };
        if (sha256 is not null) request.Headers.TryAddWithoutValidation("Content-Digest", $"sha-256=:{Convert.ToBase64String(sha256)}:");
        return registry.Http.SendAsync(request);
    }

    private async Task PutTextAsync(string path, string text) =>
        (await PutAsync(path, Encoding.UTF8.GetBytes(text), null)).EnsureSuccessStatusCode();

    /// <summary>HttpClient would normalize the path; a socket sends it unchanged.</summary>
    private async Task<string> SendRawAsync(string method, string path)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, registry.Server.Address.Port);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(socket.GetStream());
        return await reader.ReadToEndAsync();
    }
}
