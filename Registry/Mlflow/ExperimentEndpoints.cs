using System.Globalization;
using System.Text.Json;
using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Tracking;
using Linnaeus.Access;

namespace Linnaeus.Registry.Mlflow;

/// <summary><c>experiments/*</c>.</summary>
internal static class ExperimentEndpoints
{
    private const int MaxPage = 50_000;
    private const int MaxDatasetExperiments = 20;
    private const int MaxDatasets = 1000;

    public static void MapExperiments(this IEndpointRouteBuilder mlflow)
    {
        var experiments = mlflow.MapGroup("/experiments");
        experiments.MapPost("/create", CreateAsync);
        experiments.MapGet("/get", GetAsync);
        experiments.MapGet("/get-by-name", GetByNameAsync);
        experiments.MapGet("/search", SearchAsync);
        experiments.MapPost("/search", SearchAsync).NeedsScope(AccessScope.Read);
        experiments.MapGet("/list", SearchAsync);
        experiments.MapPost("/update", UpdateAsync);
        experiments.MapPost("/delete", (MlflowRequest request, ExperimentStore store, CancellationToken token) =>
            SetDeletedAsync(request, store, true, token));
        experiments.MapPost("/restore", (MlflowRequest request, ExperimentStore store, CancellationToken token) =>
            SetDeletedAsync(request, store, false, token));
        experiments.MapPost("/set-experiment-tag", SetTagAsync);
        experiments.MapPost("/delete-experiment-tag", DeleteTagAsync);
        experiments.MapPost("/search-datasets", SearchDatasetsAsync).NeedsScope(AccessScope.Read);
    }

    private static async Task<IResult> CreateAsync(MlflowRequest request, ExperimentStore store, CancellationToken cancellationToken)
    {
        var name = Limits.CheckExperimentName(request.RequiredString("name"));
        var location = request.String("artifact_location");
        if (location is not null) CheckLocation(location);
        var tags = request.Messages("tags").ConvertAll(ExperimentTag);
        var id = await store.CreateAsync(name, location, tags, cancellationToken);
        return new MlflowResult(w => w.WriteString("experiment_id", Text(id)));
    }

    private static void CheckLocation(string location)
    {
        if (location.StartsWith("runs:", StringComparison.Ordinal))
            throw RegistryException.Invalid($"Artifact location cannot be a runs:/ URI. Given: '{location}'");
        if (location.Contains('#') || location.Contains(';')) throw RegistryException.Invalid("'artifact_location' URL can't include fragments or params.");
        if (location.Contains('?')) throw RegistryException.Invalid("Invalid query string: 'artifact_location' URL can't include one.");
        _ = ArtifactPath.FromUri(location);
    }

    private static async Task<IResult> GetAsync(MlflowRequest request, ExperimentStore store, CancellationToken cancellationToken)
    {
        var id = request.Id("experiment_id");
        if (string.IsNullOrEmpty(id)) throw MlflowRequest.Missing("experiment_id");
        return await OneAsync(await store.GetAsync(id, cancellationToken), store, cancellationToken);
    }

    private static async Task<IResult> GetByNameAsync(MlflowRequest request, ExperimentStore store, CancellationToken cancellationToken)
    {
        var name = request.RequiredString("experiment_name");
        var experiment = await store.FindByNameAsync(name, cancellationToken)
            ?? throw RegistryException.NotFound($"Could not find experiment with name '{name}'");
        return await OneAsync(experiment, store, cancellationToken);
    }

    private static async Task<IResult> SearchAsync(MlflowRequest request, ExperimentStore store, RegistryDb db,
        CancellationToken cancellationToken)
    {
        var count = request.Limit("max_results", null, MaxPage);
        var offset = PageToken.Parse(request.String("page_token"));
        var page = await ExperimentSearch.PageAsync(db, request.String("filter"), request.Strings("order_by"), request.Id("view_type")
            ?? "", count + 1, offset, cancellationToken);
        var more = page.Count > count;
        if (more) page.RemoveAt(count);
        var tags = await store.TagsAsync([.. page.Select(e => e.Id)], cancellationToken);
        return new MlflowResult(w =>
        {
            w.WriteList("experiments", page, (item, experiment) => Write(item, experiment, [.. tags[experiment.Id]]));
            if (more) w.WriteString("next_page_token", PageToken.Create(offset + count));
        });
    }

    /// <summary>Datasets that the runs of some experiments used, for a client's filters.</summary>
    private static async Task<IResult> SearchDatasetsAsync(MlflowRequest request, RunInputStore store, CancellationToken cancellationToken)
    {
        var ids = request.Strings("experiment_ids");
        if (ids.Count == 0) throw RegistryException.Invalid("SearchDatasets request must specify at least one experiment_id.");
        if (ids.Count > MaxDatasetExperiments)
            throw RegistryException.Invalid($"SearchDatasets request cannot specify more than {MaxDatasetExperiments} experiment_ids. Received {ids.Count} experiment_ids.");
        var found = await store.SearchAsync([.. ids.Select(ExperimentStore.ParseId)], MaxDatasets, cancellationToken);
        return new MlflowResult(w => w.WriteList("dataset_summaries", found, static (item, dataset) =>
        {
            item.WriteString("experiment_id", Text(dataset.ExperimentId));
            item.WriteString("name", dataset.Name);
            item.WriteString("digest", dataset.Digest);
            item.WriteOptional("context", dataset.Context);
        }));
    }

    private static async Task<IResult> UpdateAsync(MlflowRequest request, ExperimentStore store, CancellationToken cancellationToken)
    {
        var id = Id(request);
        await store.RenameAsync(id, Limits.CheckExperimentName(request.RequiredString("new_name")), cancellationToken);
        return MlflowResult.Empty;
    }

    private static async Task<IResult> SetDeletedAsync(MlflowRequest request, ExperimentStore store, bool deleted,
        CancellationToken cancellationToken)
    {
        await store.SetDeletedAsync(Id(request), deleted, cancellationToken);
        return MlflowResult.Empty;
    }

    private static async Task<IResult> SetTagAsync(MlflowRequest request, ExperimentStore store, CancellationToken cancellationToken)
    {
        var (key, value) = ExperimentTag(request);
        await store.SetTagAsync(Id(request), key, value, cancellationToken);
        return MlflowResult.Empty;
    }

    private static async Task<IResult> DeleteTagAsync(MlflowRequest request, ExperimentStore store, CancellationToken cancellationToken)
    {
        await store.DeleteTagAsync(Id(request), request.RequiredString("key"), cancellationToken);
        return MlflowResult.Empty;
    }

    private static string Id(MlflowRequest request) =>
        request.Id("experiment_id") is { Length: > 0 } id ? id : throw MlflowRequest.Missing("experiment_id");

    private static KeyValuePair<string, string> ExperimentTag(MlflowRequest tag) =>
        KeyValuePair.Create(Limits.TagKey(tag.RequiredString("key")), Limits.ExperimentTagValue(tag.String("value") ?? ""));

    private static async Task<IResult> OneAsync(Experiment experiment, ExperimentStore store, CancellationToken cancellationToken)
    {
        var tags = (await store.TagsAsync([experiment.Id], cancellationToken))[experiment.Id].ToList();
        return new MlflowResult(w =>
        {
            w.WriteStartObject("experiment");
            Write(w, experiment, tags);
            w.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter writer, Experiment experiment, IReadOnlyCollection<KeyValuePair<string, string>> tags)
    {
        writer.WriteString("experiment_id", Text(experiment.Id));
        writer.WriteString("name", experiment.Name);
        writer.WriteString("artifact_location", experiment.ArtifactLocation);
        writer.WriteString("lifecycle_stage", experiment.Deleted ? "deleted" : "active");
        writer.WriteNumber("last_update_time", experiment.LastUpdateTime);
        writer.WriteNumber("creation_time", experiment.CreationTime);
        writer.WritePairs("tags", tags);
    }

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}
