using System.Globalization;
using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Models;

/// <summary><c>/api/models</c>: what our own services and people's scripts ask for beyond MLflow.</summary>
internal static class ModelEndpoints
{
    private const int MaxPage = 1000;

    public static void MapModels(this IEndpointRouteBuilder app)
    {
        var models = app.MapGroup("/api/models").WithTags("Models");
        models.MapGet("/", ListAsync).WithSummary("Registered models, each with its versions, newest first.")
            .Produces<RegisteredModelInfo[]>();
        models.MapGet("/{name}", GetAsync).WithSummary("One registered model with its versions.").Produces<RegisteredModelInfo>()
            .ProducesProblem(404);
        models.MapPost("/{name}/versions", RegisterAsync)
            .WithSummary("Registers a folder of a run as the next version, once every checksum is verified.")
            .Produces<ModelVersionInfo>().Produces<ModelVersionInfo>(201).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        models.MapGet("/{name}/versions/{version}", GetVersionAsync)
            .WithSummary("A version by its number, by @alias, or the newest by the word latest.").Produces<ModelVersionInfo>()
            .ProducesProblem(404);
    }

    private static async Task<IResult> ListAsync(ModelReader reader, VersionStore versions, CancellationToken cancellationToken)
    {
        var models = await reader.FindModelsAsync(new SqlText("ORDER BY m.name LIMIT ").Value(MaxPage), cancellationToken);
        return TypedResults.Ok(await InfosAsync(models, reader, versions, cancellationToken));
    }

    private static async Task<IResult> GetAsync(string name, ModelReader reader, VersionStore versions,
        CancellationToken cancellationToken) =>
        TypedResults.Ok((await InfosAsync([await reader.ModelAsync(Decode(name), cancellationToken)], reader, versions,
            cancellationToken))[0]);

    private static async Task<IResult> RegisterAsync(string name, RegisterVersionRequest request, VersionRegistration registration,
        ModelReader reader, VersionStore versions, CancellationToken cancellationToken)
    {
        name = Decode(name);
        if (string.IsNullOrWhiteSpace(name)
            || name.Length > 256) throw RegistryException.Invalid("The model's name must have 1 to 256 characters.");
        if (string.IsNullOrEmpty(request.RunId)) throw RegistryException.Invalid("run_id: name the run that made the files.");
        var (version, created) = await registration.RegisterAsync(name, request, cancellationToken);
        var info = await OneAsync(await reader.VersionAsync(name, version, cancellationToken), versions, cancellationToken);
        return created ? TypedResults.Created($"/api/models/{Uri.EscapeDataString(name)}/versions/{info.Version}", info)
            : TypedResults.Ok(info);
    }

    private static async Task<IResult> GetVersionAsync(string name, string version, ModelReader reader, ModelStore models,
        VersionStore versions, CancellationToken cancellationToken)
    {
        name = Decode(name);
        VersionDetails found;
        if (version.StartsWith('@')) found = await reader.VersionAsync(name,
            await AliasAsync(name, version[1..], models, cancellationToken), cancellationToken);
        else if (version == "latest") found = (await reader.VersionsOfAsync(name, cancellationToken)).FirstOrDefault()
            ?? throw ModelReader.NoVersion(name, version);
        else if (long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture,
            out var number)) found = await reader.VersionAsync(name, number, cancellationToken);
        else throw RegistryException.Invalid($"'{version}' is not a version: write its number, @alias or latest.");
        return TypedResults.Ok(await OneAsync(found, versions, cancellationToken));
    }

    private static async Task<long> AliasAsync(string name, string alias, ModelStore models, CancellationToken cancellationToken)
    {
        try
        {
            return await models.ResolveAliasAsync(name, alias, cancellationToken);
        }
        catch (RegistryException fault) when (fault.Code == ErrorCode.InvalidParameterValue)
        {
            // MLflow's clients want a 400 for an unknown alias; everyone else a 404.
            throw new RegistryException(ErrorCode.ResourceDoesNotExist, $"Model '{name}' has no alias '{alias}'.", fault);
        }
    }

    private static async Task<List<RegisteredModelInfo>> InfosAsync(List<ModelDetails> models, ModelReader reader, VersionStore versions,
        CancellationToken cancellationToken)
    {
        var keys = models.ConvertAll(m => m.Model.Id);
        if (keys.Count == 0) return [];
        var details = await reader.FindVersionsAsync(new SqlText("WHERE v.model_id IN ").Keys(keys).Add(" ORDER BY v.version DESC"),
            cancellationToken);
        var byModel = details.ToLookup(v => v.Version.ModelId);
        var files = await versions.FilesAsync(keys, cancellationToken);
        return models.ConvertAll(model => new RegisteredModelInfo
        {
            Name = model.Model.Name,
            Description = model.Model.Description,
            Versions = [.. byModel[model.Model.Id].Select(v => Info(v, [.. files[(v.Version.ModelId, v.Version.Version)]]))],
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(model.Model.CreationTime),
        });
    }

    private static async Task<ModelVersionInfo> OneAsync(VersionDetails details, VersionStore versions,
        CancellationToken cancellationToken) =>
        Info(details, await versions.FilesAsync(details.Version.ModelId, details.Version.Version, cancellationToken));

    private static ModelVersionInfo Info(VersionDetails details, List<ModelFile> files)
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
            Traceparent = version.Traceparent,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(version.CreationTime),
        };
    }

    /// <summary>The folder inside the run, or the source as it was given when it is elsewhere.</summary>
    private static string RunPath(ModelVersion version)
    {
        if (version.ArtifactPath is not { } path) return version.Source;
        var root = $"/{version.RunId}/artifacts";
        var start = version.RunId is null ? -1 : path.IndexOf(root, StringComparison.Ordinal);
        return start < 0 ? $"mlflow-artifacts:/{path}" : path[(start + root.Length)..].TrimStart('/');
    }

    /// <summary>Route values keep an encoded slash.</summary>
    private static string Decode(string name) => name.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
