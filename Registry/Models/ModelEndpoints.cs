using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Models;

/// <summary><c>/api/models</c>: registered models beyond MLflow's API.</summary>
internal static class ModelEndpoints
{
    private const int MaxPage = 1000;

    public static void MapModels(this IEndpointRouteBuilder app)
    {
        var models = app.MapGroup("/api/models").WithTags("Models");
        models.MapGet("/", ListAsync).WithSummary(
            "List registered models by name with their versions, newest first. after=NAME starts after a model; files=false omits the files.")
            .Produces<RegisteredModelInfo[]>().ProducesValidationProblem();
        models.MapGet("/{name}", GetAsync).WithSummary("Get a registered model with its versions.").Produces<RegisteredModelInfo>()
            .ProducesProblem(404);
        models.MapVersions();
    }

    private static async Task<IResult> ListAsync(
        int? limit, string? after, bool? files, ModelReader reader, VersionStore versions, CancellationToken cancellationToken)
    {
        var faults = new Faults();
        if (limit is < 1 or > MaxPage) faults.Add("limit", $"must be an integer from 1 to {MaxPage}, got {limit}.");
        faults.ThrowIfAny("The query");
        var tail = new SqlText();
        if (after is not null) tail.Add("WHERE m.name > ").Value(after).Add(" ");
        var models = await reader.FindModelsAsync(tail.Add("ORDER BY m.name LIMIT ").Value(limit ?? MaxPage), cancellationToken);
        return TypedResults.Ok(await InfosAsync(models, files ?? true, reader, versions, cancellationToken));
    }

    private static async Task<IResult> GetAsync(string name, ModelReader reader, VersionStore versions,
        CancellationToken cancellationToken) =>
        TypedResults.Ok((await InfosAsync([await reader.ModelAsync(Decode(name), cancellationToken)], withFiles: true, reader, versions,
            cancellationToken))[0]);

    private static async Task<List<RegisteredModelInfo>> InfosAsync(
        List<ModelDetails> models, bool withFiles, ModelReader reader, VersionStore versions, CancellationToken cancellationToken)
    {
        var keys = models.ConvertAll(m => m.Model.Id);
        if (keys.Count == 0) return [];
        var details = await reader.FindVersionsAsync(new SqlText("WHERE ").In("v.model_id", keys).Add(" ORDER BY v.version DESC"),
            cancellationToken);
        var byModel = details.ToLookup(v => v.Version.ModelId);
        var files = withFiles ? await versions.FilesAsync(keys, cancellationToken) : null;
        return models.ConvertAll(model => new RegisteredModelInfo
        {
            Name = model.Model.Name,
            Description = model.Model.Description,
            Versions = [.. byModel[model.Model.Id].Select(v => VersionEndpoints.Info(v, [.. files?[(v.Version.ModelId, v.Version.Version)] ?? []]))],
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(model.Model.CreationTime),
        });
    }

    /// <summary>Route values keep an encoded slash.</summary>
    public static string Decode(string name) => name.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
