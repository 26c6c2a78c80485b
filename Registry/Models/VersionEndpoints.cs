using System.Globalization;
using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Models;

/// <summary><c>/api/models/{name}/versions</c>: registering and reading versions.</summary>
internal static class VersionEndpoints
{
    public static void MapVersions(this IEndpointRouteBuilder models)
    {
        models.MapPost("/{name}/versions", RegisterAsync)
            .WithSummary("Register a folder of a run as the next version after verifying every checksum.")
            .Produces<ModelVersionInfo>().Produces<ModelVersionInfo>(201).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        models.MapGet("/{name}/versions/{version}", GetAsync)
            .WithSummary("Get a version by number, @alias or latest.").Produces<ModelVersionInfo>()
            .ProducesProblem(404);
        models.MapPost("/{name}/versions/{version}/verify", VerifyAsync)
            .WithSummary("Verify the checksums of a version's files. A mismatch is recorded in the version's status.")
            .Produces<VersionVerification>().ProducesProblem(404);
        models.MapPost("/{name}/versions/{version}/restore", RestoreAsync)
            .WithSummary("Restore a deleted version, without its former aliases.").Produces<ModelVersionInfo>().ProducesProblem(404);
    }

    private static async Task<IResult> RegisterAsync(string name, RegisterVersionRequest request, VersionRegistration registration,
        ModelReader reader, VersionStore versions, CancellationToken cancellationToken)
    {
        name = ModelEndpoints.Decode(name);
        if (string.IsNullOrWhiteSpace(name)
            || name.Length > 256) throw RegistryException.Invalid("The model name must have 1 to 256 characters.");
        if (string.IsNullOrEmpty(request.RunId)) throw RegistryException.Invalid("run_id is required: the run that uploaded the files.");
        var (version, created) = await registration.RegisterAsync(name, request, cancellationToken);
        var info = await InfoAsync(await reader.VersionAsync(name, version, cancellationToken), versions, cancellationToken);
        return created ? TypedResults.Created($"/api/models/{Uri.EscapeDataString(name)}/versions/{info.Version}", info)
            : TypedResults.Ok(info);
    }

    private static async Task<ModelVersionInfo> GetAsync(string name, string version, ModelReader reader, VersionStore versions,
        CancellationToken cancellationToken) =>
        await InfoAsync(await reader.VersionAsync(ModelEndpoints.Decode(name), version, cancellationToken), versions, cancellationToken);

    private static async Task<VersionVerification> VerifyAsync(string name, string version, ModelReader reader, VersionVerifier verifier,
        CancellationToken cancellationToken) =>
        await verifier.VerifyAsync(await reader.VersionAsync(ModelEndpoints.Decode(name), version, cancellationToken), cancellationToken);

    private static async Task<ModelVersionInfo> RestoreAsync(string name, long version, ModelReader reader, VersionStore versions,
        CancellationToken cancellationToken)
    {
        name = ModelEndpoints.Decode(name);
        await versions.RestoreAsync(name, version, cancellationToken);
        return await InfoAsync(await reader.VersionAsync(name, version, cancellationToken), versions, cancellationToken);
    }

    private static async Task<ModelVersionInfo> InfoAsync(VersionDetails details, VersionStore versions,
        CancellationToken cancellationToken) =>
        Info(details, await versions.FilesAsync(details.Version.ModelId, details.Version.Version, cancellationToken));

    public static ModelVersionInfo Info(VersionDetails details, List<ModelFile> files)
    {
        var version = details.Version;
        return new ModelVersionInfo
        {
            Name = details.Name,
            Version = version.Version.ToString(CultureInfo.InvariantCulture),
            Status = version.Status,
            StatusMessage = version.StatusMessage,
            RunId = version.RunId ?? "",
            ArtifactPath = RunPath(version),
            Files = files,
            Aliases = details.Aliases,
            Tags = details.Tags.ToDictionary(),
            Traceparent = version.Traceparent,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(version.CreationTime),
        };
    }

    /// <summary>The folder inside the run, or the original source when it is outside the Registry's store.</summary>
    private static string RunPath(ModelVersion version)
    {
        if (version.ArtifactPath is not { } path) return version.Source;
        var root = $"/{version.RunId}/artifacts";
        var start = version.RunId is null ? -1 : path.IndexOf(root, StringComparison.Ordinal);
        return start < 0 ? $"mlflow-artifacts:/{path}" : path[(start + root.Length)..].TrimStart('/');
    }
}
