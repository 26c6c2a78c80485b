using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Models;

namespace Linnaeus.Registry.Mlflow;

/// <summary><c>model-versions/*</c>.</summary>
internal static class ModelVersionEndpoints
{
    private const int DefaultPage = 10_000;
    private const int MaxPage = 200_000;

    public static void MapModelVersions(this IEndpointRouteBuilder mlflow)
    {
        var versions = mlflow.MapGroup("/model-versions");
        versions.MapPost("/create", CreateAsync);
        versions.MapGet("/get", GetAsync);
        versions.MapPatch("/update", UpdateAsync);
        versions.MapDelete("/delete", DeleteAsync);
        versions.MapGet("/search", SearchAsync);
        versions.MapPost("/transition-stage", TransitionAsync);
        versions.MapGet("/get-download-uri", DownloadUriAsync);
        versions.MapPost("/set-tag", SetTagAsync);
        versions.MapDelete("/delete-tag", DeleteTagAsync);
    }

    /// <summary>Maps the files of versions at the root, for browsers.</summary>
    public static void MapVersionFiles(this IEndpointRouteBuilder app) =>
        app.MapGet("/model-versions/get-artifact", DownloadAsync).ExcludeFromDescription();

    private static async Task<IResult> CreateAsync(MlflowRequest request, VersionSource sources, ArtifactFiles artifacts,
        VersionStore store, CancellationToken cancellationToken)
    {
        var name = RegisteredModelEndpoints.Name(request);
        var source = request.RequiredString("source");
        var runId = request.String("run_id") is { Length: > 0 } id ? id : null;
        var tags = request.Messages("tags").ConvertAll(Tag);
        // A prompt is stored in its tags; its source is a placeholder.
        var isPrompt = tags.Exists(t => t.Key == Prompts.Tag);
        var (folder, madeBy, uri) = isPrompt ? new ResolvedSource(null) : await sources.ResolveAsync(source, runId, cancellationToken);
        var files = folder is null ? [] : (await artifacts.FilesBelowAsync(folder, cancellationToken))
            .ConvertAll(f => new ModelFile(f.Path[(folder.Length + 1)..], f.Size, f.Sha256));
        var version = await store.CreateAsync(name, new ModelVersion
        {
            Source = source,
            RunId = runId ?? madeBy,
            RunLink = request.String("run_link"),
            Description = request.String("description"),
            LoggedModelId = request.String("model_id") is { Length: > 0 } model ? model : null,
            ArtifactPath = folder,
            StorageUri = uri,
            FilesDigest = files.Count == 0 ? null : VersionFiles.Digest(files),
        }, tags, files, cancellationToken);
        return ModelJson.Answer(version);
    }

    private static async Task<IResult> GetAsync(MlflowRequest request, ModelReader reader, CancellationToken cancellationToken) =>
        ModelJson.Answer(await FindAsync(request, reader, cancellationToken));

    private static async Task<IResult> UpdateAsync(MlflowRequest request, VersionStore store, ModelReader reader,
        CancellationToken cancellationToken)
    {
        await store.DescribeAsync(RegisteredModelEndpoints.Name(request), RegisteredModelEndpoints.Version(request),
            request.String("description"), cancellationToken);
        return ModelJson.Answer(await FindAsync(request, reader, cancellationToken));
    }

    private static async Task<IResult> DeleteAsync(MlflowRequest request, HttpContext context, VersionStore store,
        CancellationToken cancellationToken)
    {
        await store.DeleteAsync(RegisteredModelEndpoints.Name(request), RegisteredModelEndpoints.Version(request),
            AliasChange.CallerOf(context), cancellationToken);
        return MlflowResult.Empty;
    }

    private static async Task<IResult> SearchAsync(MlflowRequest request, RegistryDb db, ModelReader reader,
        CancellationToken cancellationToken)
    {
        var count = request.Limit("max_results", DefaultPage, MaxPage);
        var offset = PageToken.Parse(request.String("page_token"));
        var page = await reader.FindVersionsAsync(VersionSearch.Page(db, request.String("filter"), request.Strings("order_by"), count + 1,
            offset), cancellationToken);
        var more = page.Count > count;
        if (more) page.RemoveAt(count);
        return new MlflowResult(w =>
        {
            w.WriteList("model_versions", page, ModelJson.Write);
            if (more) w.WriteString("next_page_token", PageToken.Create(offset + count));
        });
    }

    private static async Task<IResult> TransitionAsync(MlflowRequest request, VersionStore store, ModelReader reader,
        CancellationToken cancellationToken)
    {
        var (name, version) = (RegisteredModelEndpoints.Name(request), RegisteredModelEndpoints.Version(request));
        var stage = ModelStages.Canonical(request.RequiredString("stage"));
        var archive = request.Bool("archive_existing_versions");
        if (archive && stage is (ModelStages.None or ModelStages.Archived))
            throw Http.RegistryException.Invalid($"Model version transition cannot archive existing model versions because '{stage}' is not an Active stage. Valid stages are Staging, Production; for others leave archive_existing_versions out.");
        await store.TransitionAsync(name, version, stage, archive, cancellationToken);
        return ModelJson.Answer(await FindAsync(request, reader, cancellationToken));
    }

    private static async Task<IResult> DownloadUriAsync(MlflowRequest request, ModelReader reader, CancellationToken cancellationToken)
    {
        var version = (await FindAsync(request, reader, cancellationToken)).Version;
        return new MlflowResult(w => w.WriteString("artifact_uri", version.ArtifactPath is { } path
            ? $"mlflow-artifacts:/{path}" : version.StorageUri ?? version.Source));
    }

    private static async Task<IResult> SetTagAsync(MlflowRequest request, VersionStore store, CancellationToken cancellationToken)
    {
        var tag = Tag(request);
        await store.SetTagAsync(RegisteredModelEndpoints.Name(request), RegisteredModelEndpoints.Version(request), tag.Key, tag.Value,
            cancellationToken);
        return MlflowResult.Empty;
    }

    private static async Task<IResult> DeleteTagAsync(MlflowRequest request, VersionStore store, CancellationToken cancellationToken)
    {
        await store.DeleteTagAsync(RegisteredModelEndpoints.Name(request), RegisteredModelEndpoints.Version(request),
            request.RequiredString("key"), cancellationToken);
        return MlflowResult.Empty;
    }

    private static async Task<IResult> DownloadAsync(MlflowRequest request, ModelReader reader, ArtifactFiles artifacts,
        CancellationToken cancellationToken)
    {
        var path = ArtifactPath.CheckFile(request.String("path"));
        var version = (await FindAsync(request, reader, cancellationToken)).Version;
        var folder = version.ArtifactPath
            ?? throw Http.RegistryException.Invalid($"The files of this version are at {version.Source}, outside this server. Read them there.");
        return new ArtifactDownload(artifacts, await artifacts.GetAsync(ArtifactPath.Combine(folder, path), cancellationToken));
    }

    private static Task<VersionDetails> FindAsync(MlflowRequest request, ModelReader reader, CancellationToken cancellationToken) =>
        reader.VersionAsync(RegisteredModelEndpoints.Name(request), RegisteredModelEndpoints.Version(request), cancellationToken);

    private static KeyValuePair<string, string> Tag(MlflowRequest tag) =>
        ModelLimits.RegistryTag("Model version", tag.RequiredString("key"), tag.String("value") ?? "");
}
