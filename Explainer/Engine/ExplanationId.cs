using System.Security.Cryptography;
using System.Text.Json;
using Linnaeus.Explainer.Models;
using Linnaeus.Explainer.Requests;
using Linnaeus.Registry.Client;

namespace Linnaeus.Explainer.Engine;

/// <summary>
/// Names an explanation after all it depends on, so that the same request finds the stored result. Raise <see cref="Recipe"/> whenever
/// the computation or its files change.
/// </summary>
public static class ExplanationId
{
    private const int Recipe = 1;

    /// <returns>32 hex digits.</returns>
    public static string Of(ModelVersionInfo version, string imageSha256, ExplanationRequest request)
    {
        var integrated = request.Method == ExplanationMethod.IntegratedGradients;
        var all = new object?[]
        {
            Recipe, version.Name, version.Version, VersionChecksum.Of(version), imageSha256, ExplanationNames.Of(request.Method), request.Target?.Index,
            request.Target?.Name, integrated ? request.Steps : null, integrated ? ExplanationNames.Of(request.Baseline) : null,
        };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(all)))[..32];
    }
}
