using System.Net;
using System.Security.Cryptography;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Client.Http;
using Microsoft.AspNetCore.Http;

namespace Linnaeus.Registry.Tests;

/// <summary>Artifacts through the client, with a real Registry and blob store.</summary>
public sealed class ClientArtifactTests(RegistryFixture registry)
{
    private readonly RegistryClient _client = new(registry.Http);

    [Fact]
    public async Task Several_megabytes_are_downloaded_as_uploaded()
    {
        var run = await _client.Runs.CreateAsync("0", "artifacts");
        var content = new byte[9_000_001];
        new Random(5).NextBytes(content);
        var folder = Directory.CreateTempSubdirectory("linnaeus-client-");
        try
        {
            var stored = await _client.Artifacts.UploadStreamAsync(run.RunId, "model/weights ä#1.bin", new MemoryStream(content));
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), stored.Sha256);
            Assert.Equal(content.Length, stored.Size);

            var file = Path.Combine(folder.FullName, "weights.bin");
            var uri = ArtifactUri.OfRun(run.RunId, stored.Path);
            var fetched = await _client.Artifacts.DownloadFileAsync(uri, file, stored.Sha256);
            Assert.Equal(stored, fetched);
            Assert.Equal(content, await File.ReadAllBytesAsync(file));
            Assert.Equal(content, await _client.Artifacts.ReadBytesAsync(ArtifactUri.Parse($"{run.ArtifactUri}/{stored.Path}")));

            var listed = Assert.Single(await _client.Artifacts.ListAsync(run.RunId));
            Assert.Equal(("model", true), (listed.Path, listed.IsDir));
            Assert.Equal([new ArtifactFile(stored.Path, false, content.Length)], await _client.Artifacts.ListAsync(run.RunId, "model"));
            Assert.Single(Directory.GetFiles(folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_deleted_artifact_is_not_found()
    {
        var run = await _client.Runs.CreateAsync("0", "deleted");
        await _client.Artifacts.UploadBytesAsync(run.RunId, "a/b.txt", "x"u8.ToArray());
        await _client.Artifacts.DeleteAsync(run.RunId, "a/b.txt");
        var error = await Assert.ThrowsAsync<RegistryException>(() => _client.Artifacts.ReadBytesAsync(ArtifactUri.OfRun(run.RunId, "a/b.txt")));
        Assert.Equal(HttpStatusCode.NotFound, error.Status);
        Assert.Empty(await _client.Artifacts.ListAsync(run.RunId));
    }

    [Fact]
    public async Task Bytes_corrupted_in_transit_are_detected_and_leave_no_file()
    {
        await using var server = await KestrelStub.StartAsync(context =>
        {
            context.Response.Headers[ContentDigest.Header] = ContentDigest.Format(SHA256.HashData("right"u8));
            return context.Response.WriteAsync("wrong");
        });
        using var http = new HttpClient { BaseAddress = server.Address };
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

        var error = await Assert.ThrowsAsync<RegistryException>(
            () => new RegistryClient(http).Artifacts.DownloadFileAsync(ArtifactUri.Parse("mlflow-artifacts:/0/r/artifacts/x"), file));

        Assert.Equal(RegistryException.DigestMismatch, error.ErrorCode);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task An_interrupted_download_is_restarted()
    {
        var calls = 0;
        await using var server = await KestrelStub.StartAsync(async context =>
        {
            context.Response.ContentLength = 10;
            await context.Response.WriteAsync("01234");
            await context.Response.Body.FlushAsync();
            if (++calls == 1)
                context.Abort();
            else
                await context.Response.WriteAsync("56789");
        });
        using var http = new HttpClient { BaseAddress = server.Address };
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            await new RegistryClient(http).Artifacts.DownloadFileAsync(ArtifactUri.Parse("mlflow-artifacts:/0/r/artifacts/x"), file);
            Assert.Equal("0123456789", await File.ReadAllTextAsync(file));
            Assert.Equal(2, calls);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_file_above_the_size_limit_is_rejected()
    {
        await using var server = await KestrelStub.StartAsync(context => context.Response.WriteAsync("eleven chars"));
        using var http = new HttpClient { BaseAddress = server.Address };
        var error = await Assert.ThrowsAsync<RegistryException>(
            () => new RegistryClient(http).Artifacts.ReadBytesAsync(ArtifactUri.Parse("mlflow-artifacts:/0/r/artifacts/x"), maxBytes: 10));
        Assert.Equal("TOO_LARGE", error.ErrorCode);
    }
}
