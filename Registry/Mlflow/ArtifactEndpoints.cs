using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Tracking;
using Linnaeus.Registry.Uploads;
using Microsoft.AspNetCore.Http.Features;

namespace Linnaeus.Registry.Mlflow;

/// <summary><c>artifacts/list</c>, the <c>mlflow-artifacts</c> proxy, and the browser's paths.</summary>
internal static class ArtifactEndpoints
{
    private const long MaxBrowserUpload = 10 << 20;

    /// <summary>Maps below each MLflow prefix.</summary>
    public static void MapArtifactLists(this IEndpointRouteBuilder mlflow)
    {
        mlflow.MapGet("/artifacts/list", ListOfRunAsync);
        mlflow.MapPost("/upload-artifact", UploadFromBrowserAsync);
    }

    /// <summary>Maps at the root.</summary>
    public static void MapArtifactFiles(this IEndpointRouteBuilder app)
    {
        foreach (var prefix in new[] { "/api/2.0/mlflow-artifacts", "/ajax-api/2.0/mlflow-artifacts" })
        {
            var proxy = app.MapGroup(prefix).ExcludeFromDescription();
            proxy.MapGet("/artifacts", ListAsync);
            proxy.MapMethods("/artifacts/{**path}", ["GET", "HEAD"], DownloadAsync);
            proxy.MapPut("/artifacts/{**path}", UploadAsync);
            proxy.MapDelete("/artifacts/{**path}", DeleteAsync);
            proxy.MapMultipart(prefix);
        }
        app.MapGet("/get-artifact", DownloadOfRunAsync).ExcludeFromDescription();
    }

    private static async Task<IResult> ListOfRunAsync(MlflowRequest request, RunStore runs, ArtifactFiles store,
        CancellationToken cancellationToken)
    {
        var runId = request.RunId();
        var path = ArtifactPath.Check(request.String("path"));
        var run = await runs.FindAsync(runId, cancellationToken);
        var entries = await store.ListAsync(ArtifactPath.Combine(Root(run), path), cancellationToken);
        return new MlflowResult(w =>
        {
            w.WriteString("root_uri", run.ArtifactUri);
            WriteEntries(w, entries, path);
        });
    }

    private static async Task<IResult> ListAsync(MlflowRequest request, ArtifactFiles store, CancellationToken cancellationToken)
    {
        var entries = await store.ListAsync(ArtifactPath.Check(request.String("path")), cancellationToken);
        return new MlflowResult(w => WriteEntries(w, entries, ""));
    }

    private static async Task<IResult> DownloadAsync(string? path, ArtifactFiles store, CancellationToken cancellationToken)
    {
        return new ArtifactDownload(store, await store.GetAsync(ArtifactPath.CheckFile(path), cancellationToken));
    }

    private static async Task<IResult> DownloadOfRunAsync(MlflowRequest request, RunStore runs, ArtifactFiles store,
        CancellationToken cancellationToken)
    {
        var runId = request.RunId();
        var path = ArtifactPath.CheckFile(request.String("path"));
        var run = await runs.FindAsync(runId, cancellationToken);
        return new ArtifactDownload(store, await store.GetAsync(ArtifactPath.Combine(Root(run), path), cancellationToken));
    }

    private static async Task<IResult> UploadAsync(string? path, HttpContext context, ArtifactWriter store,
        CancellationToken cancellationToken)
    {
        var file = ArtifactPath.CheckFile(path);
        var expected = ContentDigest.Parse(context.Request.Headers[ContentDigest.HeaderName]);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
        var stored = await store.PutAsync(file, context.Request.Body, expected, cancellationToken);
        context.Response.Headers[ContentDigest.HeaderName] = ContentDigest.Format(stored.Sha256);
        return MlflowResult.Empty;
    }

    private static async Task<IResult> DeleteAsync(string? path, ArtifactWriter store, CancellationToken cancellationToken)
    {
        await store.DeleteAsync(ArtifactPath.CheckFile(path?.TrimEnd('/')), cancellationToken);
        return MlflowResult.Empty;
    }

    private static async Task<IResult> UploadFromBrowserAsync(HttpContext context, RunStore runs, ArtifactWriter store,
        CancellationToken cancellationToken)
    {
        var runId = context.Request.Query["run_uuid"].FirstOrDefault() ?? context.Request.Query["run_id"].FirstOrDefault();
        if (string.IsNullOrEmpty(runId)) throw RegistryException.Invalid("Request must specify run_uuid.");
        if (context.Request.Query["path"].FirstOrDefault() is not { Length: > 0 } path) throw RegistryException.Invalid("Request must specify path.");
        if (context.Request.ContentLength > MaxBrowserUpload) throw RegistryException.Invalid("Artifact size is too large. Max size is 10MB.");
        var file = ArtifactPath.CheckFile(path);
        if (context.Request.ContentLength is null or 0 && !context.Request.Headers.ContainsKey("Transfer-Encoding"))
            throw RegistryException.Invalid("Request must specify data.");
        var run = await runs.FindActiveAsync(runId, cancellationToken);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = MaxBrowserUpload;
        await store.PutAsync(ArtifactPath.Combine(Root(run), file), context.Request.Body,
            ContentDigest.Parse(context.Request.Headers[ContentDigest.HeaderName]), cancellationToken);
        return MlflowResult.Empty;
    }

    /// <summary>The folder of the run's files in the Registry's store.</summary>
    public static string Root(RunKey run) => ArtifactPath.FromUri(run.ArtifactUri)
        ?? throw RegistryException.Invalid($"The artifacts of run {run.RunId} are at {run.ArtifactUri}, outside this server. Read them there.");

    public static void WriteEntries(System.Text.Json.Utf8JsonWriter writer, List<ArtifactEntry> entries, string folder) =>
        writer.WriteList("files", entries, (w, entry) =>
    {
        w.WriteString("path", ArtifactPath.Combine(folder, entry.Name));
        w.WriteBoolean("is_dir", entry.Size is null);
        w.WriteOptional("file_size", entry.Size);
    });
}
