using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Tracking;
using Linnaeus.Access;

namespace Linnaeus.Registry.Mlflow;

/// <summary><c>logged-models/*</c>, called by clients since MLflow 3.</summary>
internal static class LoggedModelEndpoints
{
    private const int DefaultPage = 100;
    private const int MaxPage = 50_000;

    public static void MapLoggedModels(this IEndpointRouteBuilder mlflow)
    {
        var models = mlflow.MapGroup("/logged-models");
        models.MapPost("/", CreateAsync);
        models.MapPost("/search", SearchAsync).NeedsScope(AccessScope.Read);
        models.MapGet("/{modelId}", GetAsync);
        models.MapPatch("/{modelId}", FinalizeAsync);
        models.MapDelete("/{modelId}", DeleteAsync);
        models.MapPatch("/{modelId}/tags", SetTagsAsync);
        models.MapDelete("/{modelId}/tags/{**key}", DeleteTagAsync);
        models.MapPost("/{modelId}/params", LogParamsAsync);
        models.MapGet("/{modelId}/artifacts/directories", ListFilesAsync);
        models.MapGet("/{modelId}/artifacts/files", DownloadAsync);
    }

    private static async Task<IResult> CreateAsync(MlflowRequest request, LoggedModelStore store, LoggedModelReader reader,
        CancellationToken cancellationToken)
    {
        var model = new NewLoggedModel(request.Id("experiment_id"), Limits.CheckLoggedModelName(request.String("name")),
            request.String("model_type"), request.String("source_run_id"), request.Messages("params").ConvertAll(Param),
            request.Messages("tags").ConvertAll(Tag));
        return LoggedModelJson.Answer(await reader.GetAsync(await store.CreateAsync(model, cancellationToken), cancellationToken));
    }

    private static async Task<IResult> GetAsync(string modelId, LoggedModelReader reader, CancellationToken cancellationToken) =>
        LoggedModelJson.Answer(await reader.GetAsync(modelId, cancellationToken));

    private static async Task<IResult> FinalizeAsync(string modelId, MlflowRequest request, LoggedModelStore store,
        LoggedModelReader reader, CancellationToken cancellationToken)
    {
        var status = request.Id("status") is { Length: > 0 } text ? text : throw MlflowRequest.Missing("status");
        await store.FinalizeAsync(modelId, LoggedModelJson.ParseStatus(status), cancellationToken);
        return await GetAsync(modelId, reader, cancellationToken);
    }

    private static async Task<IResult> DeleteAsync(string modelId, LoggedModelStore store, CancellationToken cancellationToken)
    {
        await store.DeleteAsync(modelId, cancellationToken);
        return MlflowResult.Empty;
    }

    private static async Task<IResult> SearchAsync(MlflowRequest request, RegistryDb db, LoggedModelReader reader,
        CancellationToken cancellationToken)
    {
        var experiments = request.Strings("experiment_ids").Select(ExperimentStore.ParseId).Distinct().ToList();
        if (experiments.Count == 0) throw MlflowRequest.Missing("experiment_ids");
        var count = request.Limit("max_results", DefaultPage, MaxPage);
        var token = LoggedModelPageToken.Of(request);
        var offset = token.Resume(request.String("page_token"));
        var query = new LoggedModelQuery(experiments, request.String("filter"), request.Messages("datasets").ConvertAll(Dataset),
            request.Messages("order_by").ConvertAll(Order), count + 1, offset);
        var page = await reader.FindAsync(LoggedModelSearch.Page(db, query), cancellationToken);
        var more = page.Count > count;
        if (more) page.RemoveAt(count);
        return new MlflowResult(w =>
        {
            w.WriteList("models", page, LoggedModelJson.Write);
            if (more) w.WriteString("next_page_token", (token with { Offset = offset + count }).Encode());
        });
    }

    private static async Task<IResult> SetTagsAsync(string modelId, MlflowRequest request, LoggedModelStore store,
        LoggedModelReader reader, CancellationToken cancellationToken)
    {
        await store.SetTagsAsync(modelId, request.Messages("tags").ConvertAll(Tag), cancellationToken);
        return await GetAsync(modelId, reader, cancellationToken);
    }

    private static async Task<IResult> DeleteTagAsync(string modelId, string key, LoggedModelStore store,
        CancellationToken cancellationToken)
    {
        // Route values keep an encoded slash.
        await store.DeleteTagAsync(modelId, key.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), cancellationToken);
        return MlflowResult.Empty;
    }

    private static async Task<IResult> LogParamsAsync(string modelId, MlflowRequest request, LoggedModelStore store,
        CancellationToken cancellationToken)
    {
        await store.LogParamsAsync(modelId, request.Messages("params").ConvertAll(Param), cancellationToken);
        return MlflowResult.Empty;
    }

    private static async Task<IResult> ListFilesAsync(string modelId, MlflowRequest request, LoggedModelReader reader,
        ArtifactFiles artifacts, CancellationToken cancellationToken)
    {
        var path = ArtifactPath.Check(request.String("artifact_directory_path"));
        var model = await FindAsync(modelId, reader, cancellationToken);
        var entries = await artifacts.ListAsync(ArtifactPath.Combine(Root(model), path), cancellationToken);
        return new MlflowResult(w =>
        {
            w.WriteString("root_uri", model.ArtifactUri);
            ArtifactEndpoints.WriteEntries(w, entries, path);
        });
    }

    private static async Task<IResult> DownloadAsync(string modelId, MlflowRequest request, LoggedModelReader reader,
        ArtifactFiles artifacts, CancellationToken cancellationToken)
    {
        var path = ArtifactPath.CheckFile(request.String("artifact_file_path"));
        var model = await FindAsync(modelId, reader, cancellationToken);
        return new ArtifactDownload(artifacts, await artifacts.GetAsync(ArtifactPath.Combine(Root(model), path), cancellationToken));
    }

    private static async Task<LoggedModel> FindAsync(string modelId, LoggedModelReader reader, CancellationToken cancellationToken) =>
        await reader.FindAsync(modelId, cancellationToken) ?? throw LoggedModelReader.NotFound(modelId);

    private static string Root(LoggedModel model) => ArtifactPath.FromUri(model.ArtifactUri)
        ?? throw RegistryException.Invalid($"The files of logged model {model.ModelId} are at {model.ArtifactUri}, outside this server. Read them there.");

    private static DatasetFilter Dataset(MlflowRequest dataset) => dataset.String("dataset_name") is { Length: > 0 } name
        ? new DatasetFilter(name, dataset.String("dataset_digest"))
        : throw RegistryException.Invalid("`dataset_name` in the `datasets` clause must be specified.");

    private static LoggedModelOrder Order(MlflowRequest order) => new(order.RequiredString("field_name").Trim(),
        !order.Has("ascending") || order.Bool("ascending"), new DatasetFilter(order.String("dataset_name"), order.String("dataset_digest")));

    private static KeyValuePair<string, string> Param(MlflowRequest param) =>
        KeyValuePair.Create(Limits.ParamKey(param.RequiredString("key")), Limits.CutParam(param.String("value") ?? ""));

    private static KeyValuePair<string, string> Tag(MlflowRequest tag) =>
        KeyValuePair.Create(Limits.TagKey(tag.RequiredString("key")), Limits.CutTag(tag.String("value") ?? ""));
}
