using System.Collections.Concurrent;
using System.Security.Cryptography;
using Linnaeus.Registry.Client.Http;

namespace Linnaeus.Registry.Client;

/// <summary>A file or folder in a listing.</summary>
/// <param name="Path">Relative to the run's artifact root.</param>
/// <param name="FileSize">Bytes; null for a folder.</param>
public sealed record ArtifactFile(string Path, bool IsDir, long? FileSize);

/// <summary>Run artifacts through the Registry's proxy. Uploads and downloads are streamed and verified with SHA-256.</summary>
public sealed class ArtifactsClient
{
    private const string Proxy = "/api/2.0/mlflow-artifacts/artifacts/";
    private const int DownloadAttempts = 4;
    private const int CachedRoots = 10_000;

    private readonly RegistryTransport _transport;
    private readonly RunsClient _runs;
    private readonly ModelVersionsClient _versions;
    private readonly ConcurrentDictionary<string, string> _roots = new();

    internal ArtifactsClient(RegistryTransport transport, RunsClient runs, ModelVersionsClient versions) =>
        (_transport, _runs, _versions) = (transport, runs, versions);

    /// <summary>Direct children of <paramref name="path"/> (null: the root).</summary>
    public async Task<IReadOnlyList<ArtifactFile>> ListAsync(string runId, string? path = null, CancellationToken cancellationToken = default)
    {
        var files = new List<ArtifactFile>();
        string? token = null;
        do
        {
            var query = new QueryText(MlflowJson.Root + "artifacts/list").Add("run_id", runId).Add("path", path).Add("page_token", token);
            var page = await _transport.SendAsync<ListAnswer>(HttpMethod.Get, query.ToString(), null, MlflowJson.Options, true, cancellationToken);
            files.AddRange(page.Files ?? []);
            token = page.NextPageToken;
        }
        while (!string.IsNullOrEmpty(token));
        return files;
    }

    /// <summary>Uploads bytes as <paramref name="path"/>, replacing an existing file.</summary>
    /// <returns>Path, size and SHA-256 as stored.</returns>
    public Task<ModelFile> UploadBytesAsync(string runId, string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) =>
        UploadAsync(runId, path, () => new ReadOnlyMemoryStream(bytes), cancellationToken);

    /// <inheritdoc cref="UploadBytesAsync"/>
    public Task<ModelFile> UploadFileAsync(string runId, string path, string localFile, CancellationToken cancellationToken = default) =>
        UploadAsync(runId, path, () => File.OpenRead(localFile), cancellationToken);

    /// <summary>Uploads a stream from its current position, buffered in a temporary file so that it can be hashed and resent.</summary>
    /// <inheritdoc cref="UploadBytesAsync"/>
    public async Task<ModelFile> UploadStreamAsync(string runId, string path, Stream content, CancellationToken cancellationToken = default)
    {
        var spool = System.IO.Path.GetTempFileName();
        try
        {
            await using (var file = File.Create(spool))
                await content.CopyToAsync(file, cancellationToken);
            return await UploadFileAsync(runId, path, spool, cancellationToken);
        }
        finally
        {
            File.Delete(spool);
        }
    }

    /// <summary>
    /// Uploads the stream from <paramref name="open"/>, which is called once to hash and once per attempt and must yield the same bytes.
    /// </summary>
    /// <inheritdoc cref="UploadBytesAsync"/>
    public async Task<ModelFile> UploadAsync(string runId, string path, Func<Stream> open, CancellationToken cancellationToken = default)
    {
        byte[] digest;
        long length;
        await using (var stream = open())
        {
            digest = await SHA256.HashDataAsync(stream, cancellationToken);
            length = stream.Length;
        }

        using var content = new ReopenedContent(open, length);
        content.Headers.Add(ContentDigest.Header, ContentDigest.Format(digest));
        await _transport.UploadAsync(await AddressAsync(ArtifactUri.OfRun(runId, path), cancellationToken), content, cancellationToken);
        return new ModelFile(path, length, Convert.ToHexStringLower(digest));
    }

    /// <summary>Downloads into <paramref name="destination"/>.</summary>
    /// <returns>Path, size and SHA-256 of the received bytes.</returns>
    /// <exception cref="RegistryException">Includes <see cref="RegistryException.DigestMismatch"/>; the destination then contains wrong
    /// bytes.</exception>
    public async Task<ModelFile> DownloadAsync(ArtifactUri artifact, Stream destination, CancellationToken cancellationToken = default)
    {
        using var response = await _transport.OpenAsync(await AddressAsync(artifact, cancellationToken), cancellationToken);
        return await ArtifactDownload.CopyAsync(response, artifact, destination, cancellationToken);
    }

    /// <summary>
    /// Downloads to a file that appears only when complete and verified. An interrupted download is restarted.
    /// </summary>
    /// <param name="sha256">Expected digest (64 hex digits), checked in addition to the Registry's.</param>
    public async Task<ModelFile> DownloadFileAsync(
        ArtifactUri artifact, string localFile, string? sha256 = null, CancellationToken cancellationToken = default)
    {
        var part = $"{localFile}.{Guid.NewGuid():N}.part";
        try
        {
            var file = await DownloadPartAsync(artifact, part, cancellationToken);
            if (sha256 is not null && !sha256.Equals(file.Sha256, StringComparison.OrdinalIgnoreCase))
                throw ArtifactDownload.Mismatch(artifact, sha256, file.Sha256);
            File.Move(part, localFile, overwrite: true);
            return file;
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>Reads the whole file into memory.</summary>
    /// <param name="maxBytes">A larger file is an error.</param>
    public async Task<byte[]> ReadBytesAsync(ArtifactUri artifact, long maxBytes = 64 << 20, CancellationToken cancellationToken = default)
    {
        using var memory = new MemoryStream();
        using var response = await _transport.OpenAsync(await AddressAsync(artifact, cancellationToken), cancellationToken);
        await ArtifactDownload.CopyAsync(response, artifact, memory, cancellationToken, maxBytes);
        return memory.ToArray();
    }

    /// <summary>Deletes a file, or a folder with its contents.</summary>
    public async Task DeleteAsync(string runId, string path, CancellationToken cancellationToken = default) =>
        await _transport.DeleteAsync(await AddressAsync(ArtifactUri.OfRun(runId, path), cancellationToken), cancellationToken);

    private async Task<ModelFile> DownloadPartAsync(ArtifactUri artifact, string part, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var stream = File.Create(part);
                return await DownloadAsync(artifact, stream, cancellationToken);
            }
            catch (RegistryException error) when (error.ErrorCode == RegistryException.Unreachable && attempt < DownloadAttempts)
            {
                await Task.Delay(TimeSpan.FromSeconds(attempt), cancellationToken);
            }
        }
    }

    private async Task<string> AddressAsync(ArtifactUri artifact, CancellationToken cancellationToken)
    {
        var (runId, path) = (artifact.RunId, artifact.Path);
        if (artifact.Model is { } model)
        {
            var version = await _versions.GetAsync(model, cancellationToken);
            (runId, path) = (version.RunId, $"{version.ArtifactPath}/{path}");
        }

        var root = artifact.ExperimentId is { } experiment ? $"{experiment}/{runId}/artifacts" : await RootAsync(runId!, cancellationToken);
        return Proxy + root + "/" + string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.EscapeDataString));
    }

    /// <summary>Cached, since a run never changes its experiment.</summary>
    private async Task<string> RootAsync(string runId, CancellationToken cancellationToken)
    {
        if (_roots.TryGetValue(runId, out var known))
            return known;
        var run = await _runs.GetAsync(runId, cancellationToken);
        if (_roots.Count >= CachedRoots)
            _roots.Clear();
        return _roots[runId] = $"{run.ExperimentId}/{runId}/artifacts";
    }

    private sealed record ListAnswer(IReadOnlyList<ArtifactFile>? Files, string? NextPageToken);
}
