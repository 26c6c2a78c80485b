using System.Globalization;
using Linnaeus.Access;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Models;
using Linnaeus.Registry.Tracking;

namespace Linnaeus.Registry.Promotion;

/// <summary><c>/api/models/{name}/policies</c>: promotion policies of aliases.</summary>
internal static class PolicyEndpoints
{
    public static void MapPolicies(this IEndpointRouteBuilder app)
    {
        var policies = app.MapGroup("/api/models/{name}/policies").WithTags("Aliases");
        policies.MapGet("/", ListAsync).WithSummary("List the promotion policies of a model by alias.").Produces<Dictionary<string, AliasPolicy>>()
            .ProducesProblem(404);
        policies.MapPut("/{alias}", PutAsync).NeedsScope(AccessScope.Admin)
            .WithSummary("Set the promotion policy of an alias, which may be unassigned.").Produces<AliasPolicy>()
            .ProducesProblem(400).ProducesProblem(404);
        policies.MapDelete("/{alias}", DeleteAsync).NeedsScope(AccessScope.Admin)
            .WithSummary("Remove the promotion policy of an alias.").Produces(204).ProducesProblem(404);
        policies.MapGet("/{alias}/check", CheckAsync).WithSummary("Check a version against the policy without assigning the alias.")
            .Produces<PolicyReport>().ProducesProblem(404);
    }

    private static async Task<Dictionary<string, AliasPolicy>> ListAsync(string name, ModelStore models, AliasStore aliases,
        CancellationToken cancellationToken) =>
        await aliases.PoliciesAsync(await models.KeyAsync(ModelEndpoints.Decode(name), cancellationToken), cancellationToken);

    private static async Task<AliasPolicy> PutAsync(string name, string alias, AliasPolicy policy, ModelStore models, AliasStore aliases,
        RegistryDb db, WriteGate gate, CancellationToken cancellationToken)
    {
        Check(policy);
        await WriteAsync(name, ModelLimits.CheckAlias(alias), policy, models, aliases, db, gate, cancellationToken);
        return policy;
    }

    private static async Task<IResult> DeleteAsync(string name, string alias, ModelStore models, AliasStore aliases, RegistryDb db, WriteGate gate,
        CancellationToken cancellationToken)
    {
        await WriteAsync(name, alias, null, models, aliases, db, gate, cancellationToken);
        return TypedResults.NoContent();
    }

    private static Task WriteAsync(string name, string alias, AliasPolicy? policy, ModelStore models, AliasStore aliases, RegistryDb db,
        WriteGate gate, CancellationToken cancellationToken) => gate.WriteAsync(db, async token =>
    {
        var id = await models.KeyAsync(ModelEndpoints.Decode(name), token);
        await aliases.LockAsync(id, token);
        await aliases.WritePolicyAsync(id, alias, policy, token);
    }, cancellationToken);

    private static async Task<PolicyReport> CheckAsync(string name, string alias, string version, ModelReader reader, AliasStore aliases,
        PolicyCheck check, CancellationToken cancellationToken)
    {
        name = ModelEndpoints.Decode(name);
        var candidate = await reader.VersionAsync(name, version, cancellationToken);
        var state = await aliases.StateAsync(candidate.Version.ModelId, alias, cancellationToken);
        var rules = await check.RunAsync(state, candidate, cancellationToken);
        var number = candidate.Version.Version.ToString(CultureInfo.InvariantCulture);
        return new PolicyReport(name, state.Alias, number, rules.TrueForAll(r => r.Passed), rules);
    }

    private static void Check(AliasPolicy policy)
    {
        var faults = new Faults();
        if (policy.NotBelowHolder is { } level and not (> 0 and <= 1))
            faults.Add("$.not_below_holder", Text($"must be a number in (0, 1], got {level}."));
        if (policy.MaximumEce is { } ece and not (>= 0 and <= 1)) faults.Add("$.maximum_ece", Text($"must be a number from 0 to 1, got {ece}."));
        foreach (var (metric, bound) in policy.MinimumMetrics)
        {
            if (metric.Length is 0 or > Limits.KeyLength || metric.Contains('\0', StringComparison.Ordinal))
                faults.Add("$.minimum_metrics", $"must have metric names of 1 to {Limits.KeyLength} characters, got '{metric}'.");
            else if (!double.IsFinite(bound)) faults.Add($"$.minimum_metrics.{metric}", Text($"must be a finite number, got {bound}."));
        }
        faults.ThrowIfAny("The policy");

        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
