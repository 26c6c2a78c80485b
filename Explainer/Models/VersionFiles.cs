using System.Security.Cryptography;
using Linnaeus.Registry.Client;
using Linnaeus.ServiceDefaults.Problems;
using Linnaeus.Vision.Checkpoints;

namespace Linnaeus.Explainer.Models;

/// <summary>Local copies of version files, downloaded once and verified against the Registry's SHA-256 at every use.</summary>
public sealed class VersionFiles(RegistryClient registry, ExplainerOptions options, ILogger<VersionFiles> logger)
{
    private static readonly string[] Needed = [ModelFolder.WeightsFile, ModelFolder.DescriptionFile];

    /// <summary>The local folder with the version's weights and description.</summary>
    /// <exception cref="ProblemException">The version has no checkpoint, or not the one that was registered.</exception>
    public async Task<string> FetchAsync(ModelVersionInfo version, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(options.Folder, VersionChecksum.Of(version));
        Directory.CreateDirectory(folder);
        foreach (var name in Needed)
        {
            var file = version.Files.FirstOrDefault(file => file.Path == name) ?? throw new ProblemException(StatusCodes.Status422UnprocessableEntity,
                $"models:/{version.Name}/{version.Version} has no {name} and cannot be explained. Register a model folder with {string.Join(" and ", Needed)}.");
            await FetchAsync(version, file, Path.Combine(folder, name), cancellationToken);
        }
        return folder;
    }

    private async Task FetchAsync(ModelVersionInfo version, ModelFile file, string local, CancellationToken cancellationToken)
    {
        if (File.Exists(local))
        {
            if (await DigestAsync(local, cancellationToken) == file.Sha256)
                return;
            logger.LogWarning("SHA-256 mismatch of cached {File}; downloading again", local);
        }
        try
        {
            var artifact = ArtifactUri.OfRun(version.RunId, $"{version.ArtifactPath}/{file.Path}");
            await registry.Artifacts.DownloadFileAsync(artifact, local, file.Sha256, cancellationToken);
        }
        catch (RegistryException error) when (error.ErrorCode == RegistryException.DigestMismatch)
        {
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity,
                $"{file.Path} of models:/{version.Name}/{version.Version} is corrupt: {error.Message} Train or register the version again.", inner: error);
        }
    }

    private static async Task<string> DigestAsync(string path, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }
}
