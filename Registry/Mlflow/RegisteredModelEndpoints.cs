using System.Globalization;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Models;
using Linnaeus.Registry.Promotion;
using Linnaeus.Access;

namespace Linnaeus.Registry.Mlflow;

/// <summary><c>registered-models/*</c>.</summary>
internal static class RegisteredModelEndpoints
{
    private const int DefaultPage = 100;
    private const int MaxPage = 1000;

    public static void MapRegisteredModels(this IEndpointRouteBuilder mlflow)
    {
        var models = mlflow.MapGroup("/registered-models");
        models.MapPost("/create", CreateAsync);
        models.MapGet("/get", GetAsync);
        models.MapPost("/rename", RenameAsync);
        models.MapPatch("/update", UpdateAsync);
        models.MapDelete("/delete", DeleteAsync);
        models.MapGet("/search", SearchAsync);
        models.MapMethods("/get-latest-versions", ["GET", "POST"], LatestAsync).NeedsScope(AccessScope.Read);
        models.MapPost("/set-tag", SetTagAsync);
        models.MapDelete("/delete-tag", DeleteTagAsync);
        models.MapPost("/alias", SetAliasAsync);
        models.MapGet("/alias", GetByAliasAsync);
        models.MapDelete("/alias", DeleteAliasAsync);
    }

    private static async Task<IResult> CreateAsync(MlflowRequest request, ModelStore store, ModelReader reader,
        CancellationToken cancellationToken)
    {
        var name = NewName(request, "name");
        var tags = request.Messages("tags").ConvertAll(Tag);
        await store.CreateAsync(name, request.String("description"), tags, cancellationToken);
        return ModelJson.Answer(await reader.ModelAsync(name, cancellationToken));
    }

    private static async Task<IResult> GetAsync(MlflowRequest request, ModelReader reader, CancellationToken cancellationToken) =>
        ModelJson.Answer(await reader.ModelAsync(Name(request), cancellationToken));

    private static async Task<IResult> RenameAsync(MlflowRequest request, ModelStore store, ModelReader reader,
        CancellationToken cancellationToken)
    {
        var (name, newName) = (Name(request), NewName(request, "new_name"));
        await store.RenameAsync(name, newName, cancellationToken);
        return ModelJson.Answer(await reader.ModelAsync(newName, cancellationToken));
    }

    private static async Task<IResult> UpdateAsync(MlflowRequest request, ModelStore store, ModelReader reader,
        CancellationToken cancellationToken)
    {
        var name = Name(request);
        await store.DescribeAsync(name, request.String("description"), cancellationToken);
        return ModelJson.Answer(await reader.ModelAsync(name, cancellationToken));
    }

    private static async Task<IResult> DeleteAsync(MlflowRequest request, ModelStore store, CancellationToken cancellationToken)
    {
        await store.DeleteAsync(Name(request), cancellationToken);
        return MlflowResult.Empty;
    }

    private static async Task<IResult> SearchAsync(MlflowRequest request, RegistryDb db, ModelReader reader,
        CancellationToken cancellationToken)
    {
        var count = request.Limit("max_results", DefaultPage, MaxPage);
        var offset = PageToken.Parse(request.String("page_token"));
        var page = await reader.FindModelsAsync(ModelSearch.Page(db, request.String("filter"), request.Strings("order_by"), count + 1,
            offset), cancellationToken);
        var more = page.Count > count;
        if (more) page.RemoveAt(count);
        return new MlflowResult(w =>
        {
            w.WriteList("registered_models", page, ModelJson.Write);
            if (more) w.WriteString("next_page_token", PageToken.Create(offset + count));
        });
    }

    private static async Task<IResult> LatestAsync(MlflowRequest request, ModelReader reader, CancellationToken cancellationToken)
    {
        var model = await reader.ModelAsync(Name(request), cancellationToken);
        var stages = request.Strings("stages").Select(ModelStages.Canonical).ToHashSet();
        var versions = model.LatestVersions.FindAll(v => stages.Count == 0 || stages.Contains(v.Version.Stage));
        return new MlflowResult(w => w.WriteList("model_versions", versions, ModelJson.Write));
    }

    private static async Task<IResult> SetTagAsync(MlflowRequest request, ModelStore store, CancellationToken cancellationToken)
    {
        var (name, tag) = (Name(request), Tag(request));
        await store.SetTagAsync(name, tag.Key, tag.Value, cancellationToken);
        return MlflowResult.Empty;
    }

    private static async Task<IResult> DeleteTagAsync(MlflowRequest request, ModelStore store, CancellationToken cancellationToken)
    {
        await store.DeleteTagAsync(Name(request), request.RequiredString("key"), cancellationToken);
        return MlflowResult.Empty;
    }

    private static async Task<IResult> SetAliasAsync(MlflowRequest request, HttpContext context, AliasPromotion promotion,
        CancellationToken cancellationToken)
    {
        await promotion.SetAsync(Name(request), Alias(request), Version(request), AliasChange.Of(context), cancellationToken);
        return MlflowResult.Empty;
    }

    private static async Task<IResult> GetByAliasAsync(MlflowRequest request, ModelStore store, ModelReader reader,
        CancellationToken cancellationToken)
    {
        var name = Name(request);
        var alias = request.RequiredString("alias");
        return ModelJson.Answer(await reader.VersionAsync(name, await store.ResolveAliasAsync(name, alias, cancellationToken),
            cancellationToken));
    }

    private static async Task<IResult> DeleteAliasAsync(MlflowRequest request, HttpContext context, AliasPromotion promotion,
        CancellationToken cancellationToken)
    {
        await promotion.DeleteAsync(Name(request), Alias(request), AliasChange.Of(context), cancellationToken);
        return MlflowResult.Empty;
    }

    /// <summary>The version number, which MLflow sends as a string.</summary>
    public static long Version(MlflowRequest request)
    {
        var text = request.Id("version");
        if (string.IsNullOrEmpty(text)) throw MlflowRequest.Missing("version");
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version
            : throw RegistryException.Invalid($"Model version must be an integer, got '{text}'");
    }

    public static string Name(MlflowRequest request) => request.RequiredString("name");

    private static string NewName(MlflowRequest request, string field)
    {
        var name = request.String(field) ?? throw MlflowRequest.Missing(field);
        if (name.Length == 0) throw RegistryException.Invalid($"Missing value for required parameter '{field}'. Registered model name cannot be empty.");
        return name.Length <= 256 ? name
            : throw RegistryException.Invalid($"Registered model name has {name.Length} characters. The limit is 256.");
    }

    private static string Alias(MlflowRequest request)
    {
        var alias = request.String("alias");
        return string.IsNullOrEmpty(alias) ? throw MlflowRequest.Missing("alias") : ModelLimits.CheckAlias(alias);
    }

    private static KeyValuePair<string, string> Tag(MlflowRequest tag) =>
        ModelLimits.RegistryTag("Registered model", tag.RequiredString("key"), tag.String("value") ?? "");
}
