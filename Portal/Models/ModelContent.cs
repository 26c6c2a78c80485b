using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Models;

/// <summary>Content of a model page.</summary>
/// <param name="Log">The latest changes of all aliases, newest first.</param>
public sealed record ModelContent(
    RegisteredModelInfo Model, IReadOnlyList<AliasInfo> Aliases, IReadOnlyDictionary<string, AliasPolicy> Policies, IReadOnlyList<LoggedMove> Log)
{
    private const int Moves = 100;

    /// <summary>Aliases that are assigned or have a policy.</summary>
    public IReadOnlyList<string> AliasNames => [.. Aliases.Select(a => a.Alias).Union(Policies.Keys).Order(StringComparer.Ordinal)];

    /// <summary>Reads the log only if an alias has changed since <paramref name="before"/>.</summary>
    public static async Task<ModelContent> ReadAsync(RegistryClient registry, string name, ModelContent? before, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var model = registry.Models.GetAsync(name, cancellationToken);
        var policies = registry.Aliases.PoliciesAsync(name, cancellationToken);
        var aliases = await registry.Aliases.ListAsync(name, cancellationToken);
        var isSame = before?.Model.Name == name && before.Aliases.Select(a => (a.Alias, a.Etag)).SequenceEqual(aliases.Select(a => (a.Alias, a.Etag)));
        var log = isSame ? before!.Log : await LogAsync(registry, name, [.. aliases.Select(a => a.Alias).Union(before?.Log.Select(move => move.Alias) ?? [])], cancellationToken);
        return new ModelContent(await model, aliases, await policies, log);
    }

    private static async Task<IReadOnlyList<LoggedMove>> LogAsync(RegistryClient registry, string name, IReadOnlyList<string> aliases, CancellationToken cancellationToken)
    {
        // A removed alias still has a log; these two names are the usual ones.
        var read = aliases.Union(["champion", "challenger"]).Select(async alias =>
            (await registry.Aliases.HistoryAsync(name, alias, cancellationToken)).Select(move => new LoggedMove(alias, move)));
        return [.. (await Task.WhenAll(read)).SelectMany(moves => moves).OrderByDescending(move => move.Move.At).Take(Moves)];
    }
}

/// <summary>An entry of the audit log of an alias.</summary>
public sealed record LoggedMove(string Alias, AliasMoveInfo Move);
