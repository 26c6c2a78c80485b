using System.Globalization;
using Linnaeus.Registry.Client.Http;

namespace Linnaeus.Registry.Client;

/// <summary>Registered versions and their aliases.</summary>
public sealed class ModelVersionsClient
{
    private readonly RegistryTransport _transport;

    internal ModelVersionsClient(RegistryTransport transport) => _transport = transport;

    /// <summary>
    /// Registers uploaded files as the next version of <paramref name="name"/>. The version is READY when this returns: every file was
    /// verified. A file that is missing or differs is a 409 that names it.
    /// </summary>
    public Task<ModelVersionInfo> RegisterAsync(string name, RegisterVersionRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<ModelVersionInfo>(
            HttpMethod.Post, $"{Path(name)}/versions", request, RegistryJson.Options, idempotent: true, cancellationToken);

    /// <summary>The version that <paramref name="model"/> names or its alias points to.</summary>
    public async Task<ModelVersionInfo> GetAsync(ModelUri model, CancellationToken cancellationToken = default)
    {
        var version = model.Version?.ToString(CultureInfo.InvariantCulture) ?? await ResolveAsync(model, cancellationToken);
        return await _transport.SendAsync<ModelVersionInfo>(
            HttpMethod.Get, $"{Path(model.Name)}/versions/{version}", null, RegistryJson.Options, idempotent: true, cancellationToken);
    }

    /// <inheritdoc cref="GetAsync(ModelUri, CancellationToken)"/>
    /// <exception cref="FormatException">The text is not a model URI.</exception>
    public Task<ModelVersionInfo> GetAsync(string modelUri, CancellationToken cancellationToken = default) =>
        GetAsync(ModelUri.Parse(modelUri), cancellationToken);

    public async Task SetAliasAsync(string name, string alias, string version, CancellationToken cancellationToken = default) =>
        await _transport.SendAsync<object>(
            HttpMethod.Post,
            MlflowJson.Root + "registered-models/alias",
            new { Name = name, Alias = alias, Version = version },
            MlflowJson.Options,
            idempotent: true,
            cancellationToken);

    public async Task SetTagAsync(string name, string version, string key, string value, CancellationToken cancellationToken = default) =>
        await _transport.SendAsync<object>(
            HttpMethod.Post,
            MlflowJson.Root + "model-versions/set-tag",
            new { Name = name, Version = version, Key = key, Value = value },
            MlflowJson.Options,
            idempotent: true,
            cancellationToken);

    private async Task<string> ResolveAsync(ModelUri model, CancellationToken cancellationToken)
    {
        var path = new QueryText(MlflowJson.Root + "registered-models/alias").Add("name", model.Name).Add("alias", model.Alias).ToString();
        var answer = await _transport.SendAsync<AliasAnswer>(HttpMethod.Get, path, null, MlflowJson.Options, true, cancellationToken);
        return answer.ModelVersion.Version;
    }

    private static string Path(string name) => $"/api/models/{Uri.EscapeDataString(name)}";

    private sealed record AliasAnswer(AliasVersion ModelVersion);

    private sealed record AliasVersion(string Version);
}
