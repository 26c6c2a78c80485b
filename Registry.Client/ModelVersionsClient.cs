using System.Globalization;
using Linnaeus.Registry.Client.Http;

namespace Linnaeus.Registry.Client;

/// <summary>Registered versions and their aliases.</summary>
public sealed class ModelVersionsClient
{
    private readonly RegistryTransport _transport;

    internal ModelVersionsClient(RegistryTransport transport) => _transport = transport;

    /// <summary>
    /// Registers uploaded files as the next version of <paramref name="name"/>. The version is READY when this returns, since every file was
    /// verified. A missing or different file is a 409 that names it.
    /// </summary>
    public Task<ModelVersionInfo> RegisterAsync(string name, RegisterVersionRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<ModelVersionInfo>(
            HttpMethod.Post, $"{Path(name)}/versions", request, ApiJson.Options, idempotent: true, cancellationToken);

    /// <summary>The version that <paramref name="model"/> names, directly or by alias.</summary>
    public Task<ModelVersionInfo> GetAsync(ModelUri model, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<ModelVersionInfo>(HttpMethod.Get, Path(model), null, ApiJson.Options, idempotent: true, cancellationToken);

    /// <inheritdoc cref="GetAsync(ModelUri, CancellationToken)"/>
    /// <exception cref="FormatException">The text is not a model URI.</exception>
    public Task<ModelVersionInfo> GetAsync(string modelUri, CancellationToken cancellationToken = default) =>
        GetAsync(ModelUri.Parse(modelUri), cancellationToken);

    /// <summary>Makes the Registry verify the checksums of the version's files.</summary>
    public Task<VersionVerification> VerifyAsync(ModelUri model, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<VersionVerification>(
            HttpMethod.Post, $"{Path(model)}/verify", null, ApiJson.Options, idempotent: true, cancellationToken);

    /// <summary>The version's sources and descendants.</summary>
    public Task<VersionLineage> LineageAsync(ModelUri model, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<VersionLineage>(
            HttpMethod.Get, $"{Path(model)}/lineage", null, ApiJson.Options, idempotent: true, cancellationToken);

    /// <summary>Deletes the version and its aliases. It can be restored until garbage collection.</summary>
    public async Task DeleteAsync(string name, string version, CancellationToken cancellationToken = default) =>
        await _transport.SendAsync<object>(
            HttpMethod.Delete,
            MlflowJson.Root + "model-versions/delete",
            new { Name = name, Version = version },
            MlflowJson.Options,
            idempotent: true,
            cancellationToken);

    /// <summary>Restores a deleted version, without its former aliases.</summary>
    public Task<ModelVersionInfo> RestoreAsync(string name, string version, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<ModelVersionInfo>(
            HttpMethod.Post, $"{Path(name)}/versions/{version}/restore", null, ApiJson.Options, idempotent: true, cancellationToken);

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

    private static string Path(string name) => $"/api/models/{Uri.EscapeDataString(name)}";

    private static string Path(ModelUri model) =>
        $"{Path(model.Name)}/versions/{model.Version?.ToString(CultureInfo.InvariantCulture) ?? $"@{Uri.EscapeDataString(model.Alias!)}"}";
}
