using System.Globalization;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Models;
using Microsoft.AspNetCore.Mvc;

namespace Linnaeus.Registry.Promotion;

/// <summary><c>/api/models/{name}/aliases</c>: aliases with compare-and-set and their audit log.</summary>
internal static class AliasEndpoints
{
    private const int MostMoves = 1000;

    public static void MapAliases(this IEndpointRouteBuilder app)
    {
        var aliases = app.MapGroup("/api/models/{name}/aliases").WithTags("Aliases");
        aliases.MapGet("/", ListAsync).WithSummary("List the aliases of a model.").Produces<AliasInfo[]>().ProducesProblem(404);
        aliases.MapGet("/{alias}", GetAsync).WithSummary("Get the current version of an alias; the ETag identifies this state.").Produces<AliasInfo>()
            .ProducesProblem(404);
        aliases.MapPut("/{alias}", PutAsync)
            .WithSummary("Assign an alias to a version. If-Match requires that state, If-None-Match: * a new alias.")
            .WithDescription("Answers 409 with broken_rules when the promotion policy fails; override with a reason assigns it anyway.")
            .Produces<AliasInfo>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);
        aliases.MapDelete("/{alias}", DeleteAsync).WithSummary("Remove an alias. If-Match requires that state.").Produces(204)
            .ProducesProblem(404).ProducesProblem(412);
        aliases.MapGet("/{alias}/history", HistoryAsync).WithSummary("Get the audit log of an alias, newest change first.")
            .Produces<AliasMoveInfo[]>().ProducesProblem(404);
    }

    private static async Task<List<AliasInfo>> ListAsync(string name, ModelStore models, AliasStore aliases, CancellationToken cancellationToken)
    {
        name = ModelEndpoints.Decode(name);
        return (await aliases.StatesAsync(await models.KeyAsync(name, cancellationToken), cancellationToken)).ConvertAll(state => Info(name, state));
    }

    private static async Task<AliasInfo> GetAsync(string name, string alias, HttpContext context, ModelStore models, AliasStore aliases,
        CancellationToken cancellationToken)
    {
        name = ModelEndpoints.Decode(name);
        var state = await aliases.StateAsync(await models.KeyAsync(name, cancellationToken), alias, cancellationToken);
        return state.Version is null ? throw RegistryException.NotFound($"Model '{name}' has no alias '{alias}'.") : Answer(context, name, state);
    }

    private static async Task<AliasInfo> PutAsync(string name, string alias, SetAliasRequest request, HttpContext context, AliasPromotion promotion,
        CancellationToken cancellationToken)
    {
        name = ModelEndpoints.Decode(name);
        if (!long.TryParse(request.Version, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            throw RegistryException.Invalid($"version must be a version number, got '{request.Version}'.");
        var change = AliasChange.Of(context, request.By, request.Reason, request.Override);
        return Answer(context, name, await promotion.SetAsync(name, ModelLimits.CheckAlias(alias), version, change, cancellationToken));
    }

    private static async Task<IResult> DeleteAsync(string name, string alias, [FromQuery] string? reason, [FromQuery] string? by, HttpContext context,
        AliasPromotion promotion, CancellationToken cancellationToken)
    {
        await promotion.DeleteAsync(ModelEndpoints.Decode(name), ModelLimits.CheckAlias(alias), AliasChange.Of(context, by, reason), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<List<AliasMoveInfo>> HistoryAsync(string name, string alias, ModelStore models, AliasStore aliases,
        CancellationToken cancellationToken) =>
        (await aliases.HistoryAsync(await models.KeyAsync(ModelEndpoints.Decode(name), cancellationToken), alias, MostMoves, cancellationToken))
            .ConvertAll(move => move.ToContract());

    private static AliasInfo Answer(HttpContext context, string name, AliasState state)
    {
        context.Response.Headers.ETag = state.ETag;
        return Info(name, state);
    }

    private static AliasInfo Info(string name, AliasState state) => new()
    {
        Model = name,
        Alias = state.Alias,
        Version = state.Version?.ToString(CultureInfo.InvariantCulture) ?? "",
        Etag = state.ETag,
        LastMove = state.LastMove?.ToContract(),
        Policy = state.Rules,
    };
}
