using Linnaeus.Registry.Client.Http;

namespace Linnaeus.Registry.Client;

/// <summary>Aliases of registered models: compare-and-set assignment, audit log and policies.</summary>
public sealed class AliasesClient
{
    /// <summary>Instead of an ETag: the alias must not exist yet.</summary>
    public const string Absent = "absent";

    private readonly RegistryTransport _transport;

    internal AliasesClient(RegistryTransport transport) => _transport = transport;

    public Task<IReadOnlyList<AliasInfo>> ListAsync(string name, CancellationToken cancellationToken = default) =>
        GetAsync<IReadOnlyList<AliasInfo>>($"{Path(name)}/aliases", cancellationToken);

    public Task<AliasInfo> GetAsync(string name, string alias, CancellationToken cancellationToken = default) =>
        GetAsync<AliasInfo>(Path(name, "aliases", alias), cancellationToken);

    /// <summary>Assigns the alias to a version.</summary>
    /// <param name="expected">The expected state: <see cref="AliasInfo.Etag"/> or <see cref="Absent"/>; null for any.</param>
    /// <exception cref="RegistryException">412 when the state differs; 409 when the policy fails, with the failed rules.</exception>
    public Task<AliasInfo> SetAsync(
        string name, string alias, SetAliasRequest request, string? expected = null, CancellationToken cancellationToken = default) =>
        _transport.SendIfAsync<AliasInfo>(
            HttpMethod.Put, Path(name, "aliases", alias), request, ApiJson.Options, true, Condition(expected), cancellationToken)!;

    /// <summary>Removes the alias; succeeds if there is none.</summary>
    /// <inheritdoc cref="SetAsync" path="/param"/>
    public async Task DeleteAsync(
        string name, string alias, string? reason = null, string? by = null, string? expected = null, CancellationToken cancellationToken = default)
    {
        var path = new QueryText(Path(name, "aliases", alias)).Add("reason", reason).Add("by", by).ToString();
        await _transport.SendIfAsync<object>(HttpMethod.Delete, path, null, ApiJson.Options, true, Condition(expected), cancellationToken);
    }

    /// <summary>The audit log, newest change first.</summary>
    public Task<IReadOnlyList<AliasMoveInfo>> HistoryAsync(string name, string alias, CancellationToken cancellationToken = default) =>
        GetAsync<IReadOnlyList<AliasMoveInfo>>($"{Path(name, "aliases", alias)}/history", cancellationToken);

    /// <summary>The policies of a model, by alias.</summary>
    public Task<IReadOnlyDictionary<string, AliasPolicy>> PoliciesAsync(string name, CancellationToken cancellationToken = default) =>
        GetAsync<IReadOnlyDictionary<string, AliasPolicy>>($"{Path(name)}/policies", cancellationToken);

    public Task<AliasPolicy> SetPolicyAsync(string name, string alias, AliasPolicy policy, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<AliasPolicy>(
            HttpMethod.Put, Path(name, "policies", alias), policy, ApiJson.Options, idempotent: true, cancellationToken);

    public Task DeletePolicyAsync(string name, string alias, CancellationToken cancellationToken = default) =>
        _transport.DeleteAsync(Path(name, "policies", alias), cancellationToken);

    /// <summary>Checks a version against the policy of an alias without assigning it.</summary>
    public Task<PolicyReport> CheckAsync(string name, string alias, string version, CancellationToken cancellationToken = default) =>
        GetAsync<PolicyReport>(new QueryText($"{Path(name, "policies", alias)}/check").Add("version", version).ToString(), cancellationToken);

    private Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        _transport.SendAsync<T>(HttpMethod.Get, path, null, ApiJson.Options, idempotent: true, cancellationToken);

    private static KeyValuePair<string, string>? Condition(string? expected) => expected switch
    {
        null => null,
        Absent => KeyValuePair.Create("If-None-Match", "*"),
        _ => KeyValuePair.Create("If-Match", expected),
    };

    private static string Path(string name) => $"/api/models/{Uri.EscapeDataString(name)}";

    private static string Path(string name, string resource, string alias) => $"{Path(name)}/{resource}/{Uri.EscapeDataString(alias)}";
}
