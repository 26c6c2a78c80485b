namespace Linnaeus.Contracts;

/// <summary>A file of a model folder with the uploader's checksum.</summary>
/// <param name="Path">Path inside the folder, e.g. <c>model.safetensors</c>.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">64 lowercase hex digits.</param>
public sealed record ModelFile(string Path, long Size, string Sha256);

/// <summary>
/// <c>POST /api/models/{name}/versions</c>: registers the folder <paramref name="ArtifactPath"/> of a run as the next version. The
/// Registry reads every blob back and compares size and SHA-256 before the version becomes READY; a mismatch is a 409 naming the file.
/// Tags are written in the same transaction. Repeating the call for the same run, path and files returns the existing version unchanged.
/// </summary>
public sealed record RegisterVersionRequest(string RunId, string ArtifactPath, IReadOnlyList<ModelFile> Files, string? Description = null,
    IReadOnlyDictionary<string, string>? Tags = null);

/// <summary>A registered version in the <c>/api</c> extensions.</summary>
public sealed record ModelVersionInfo
{
    public required string Name { get; init; }
    public required string Version { get; init; }
    public required string Status { get; init; }

    /// <summary>The problem with the version's files when the status is <c>FAILED_REGISTRATION</c>; absent otherwise.</summary>
    public string? StatusMessage { get; init; }
    public required string RunId { get; init; }
    public required string ArtifactPath { get; init; }
    public IReadOnlyList<ModelFile> Files { get; init; } = [];
    public IReadOnlyList<string> Aliases { get; init; } = [];
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
    public string? Traceparent { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary><c>GET /api/models</c> and <c>GET /api/models/{name}</c>: a registered model with its versions, newest first.</summary>
public sealed record RegisteredModelInfo
{
    public required string Name { get; init; }
    public string? Description { get; init; }
    public IReadOnlyList<ModelVersionInfo> Versions { get; init; } = [];
    public DateTimeOffset CreatedAt { get; init; }
}
