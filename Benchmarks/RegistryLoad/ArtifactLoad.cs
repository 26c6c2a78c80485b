using Azure.Storage.Blobs;

namespace Linnaeus.Benchmarks.RegistryLoad;

/// <summary>Artifacts through the Registry, against the same bytes directly to and from its blob store.</summary>
internal sealed class ArtifactLoad(HttpClient http, string blobConnection)
{
    public const string Upload = "16 MiB artifact up";
    public const string Download = "16 MiB artifact down";
    private const int Size = 16 << 20;
    private const string Folder = "/api/2.0/mlflow-artifacts/artifacts/load";

    private readonly byte[] content = Bytes();
    private readonly BlobContainerClient container = new(blobConnection, "direct");

    /// <summary>Operations through the Registry, each with the direct operation on the store.</summary>
    public IEnumerable<(string Name, Func<int, int, Task> Registry, Func<int, int, Task> Direct)> Operations =>
    [
        (Upload, UploadAsync, UploadDirectAsync),
        (Download, (client, _) => FetchAsync($"{Folder}/{client}.bin"), FetchDirectAsync),
    ];

    public async Task PrepareAsync(int clients)
    {
        await container.CreateIfNotExistsAsync();
        for (var client = 0; client < clients; client++)
        {
            await UploadAsync(client, 0);
            await UploadDirectAsync(client, 0);
        }
    }

    /// <summary>Distinct bytes each time, so that deduplication saves nothing.</summary>
    private ByteArrayContent Fresh(int client, int number)
    {
        var bytes = (byte[])content.Clone();
        BitConverter.TryWriteBytes(bytes, ((long)client << 32) | (uint)number);
        BitConverter.TryWriteBytes(bytes.AsSpan(8), DateTime.UtcNow.Ticks);
        return new ByteArrayContent(bytes);
    }

    private async Task UploadAsync(int client, int number)
    {
        using var body = Fresh(client, number);
        using var response = await http.PutAsync($"{Folder}/{client}.bin", body);
        response.EnsureSuccessStatusCode();
    }

    private async Task FetchAsync(string path)
    {
        using var response = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync();
        await stream.CopyToAsync(Stream.Null, 1 << 17);
    }

    private async Task UploadDirectAsync(int client, int number)
    {
        using var body = Fresh(client, number);
        await using var stream = await body.ReadAsStreamAsync();
        await container.GetBlobClient($"{client}.bin").UploadAsync(stream, overwrite: true);
    }

    private async Task FetchDirectAsync(int client, int number)
    {
        var response = await container.GetBlobClient($"{client}.bin").DownloadStreamingAsync();
        await response.Value.Content.CopyToAsync(Stream.Null, 1 << 17);
    }

    private static byte[] Bytes()
    {
        var bytes = new byte[Size];
        new Random(1).NextBytes(bytes);
        return bytes;
    }
}
