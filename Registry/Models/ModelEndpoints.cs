using Linnaeus.Registry.Client;
using Linnaeus.Registry.Data;

namespace Linnaeus.Registry.Models;

/// <summary><c>/api/models</c>: registered models as our own services and people's scripts ask for them, beyond MLflow.</summary>
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
        models.MapVersions();
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

    private static async Task<List<RegisteredModelInfo>> InfosAsync(List<ModelDetails> models, ModelReader reader, VersionStore versions,
        CancellationToken cancellationToken)
    {
        var keys = models.ConvertAll(m => m.Model.Id);
        if (keys.Count == 0) return [];
        var details = await reader.FindVersionsAsync(new SqlText("WHERE ").In("v.model_id", keys).Add(" ORDER BY v.version DESC"),
            cancellationToken);
        var byModel = details.ToLookup(v => v.Version.ModelId);
        var files = await versions.FilesAsync(keys, cancellationToken);
        return models.ConvertAll(model => new RegisteredModelInfo
        {
            Name = model.Model.Name,
            Description = model.Model.Description,
            Versions = [.. byModel[model.Model.Id].Select(v => VersionEndpoints.Info(v, [.. files[(v.Version.ModelId, v.Version.Version)]]))],
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(model.Model.CreationTime),
        });
    }

    /// <summary>Route values keep an encoded slash.</summary>
    public static string Decode(string name) => name.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
