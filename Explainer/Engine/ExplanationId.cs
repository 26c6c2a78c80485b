using System.Security.Cryptography;
using System.Text.Json;
using Linnaeus.Explainer.Models;
using Linnaeus.Explainer.Requests;
using Linnaeus.Registry.Client;

namespace Linnaeus.Explainer.Engine;

/// <summary>
/// Hashes everything that an explanation depends on, so that equal requests find the stored result. Increase <see cref="Recipe"/> whenever
/// the computation or its files change.
/// </summary>
public static class ExplanationId
{
    private const int Recipe = 3;

    /// <returns>32 hex digits.</returns>
    public static string Of(ModelVersionInfo version, string imageSha256, CheckedExplanation request)
    {
        var all = new
        {
            Recipe,
            version.Name,
            version.Version,
            Checksum = VersionChecksum.Of(version),
            imageSha256,
            request.Method.Parameters,
            request.Target,
            request.Against,
            request.Quality,
        };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(all, ApiJson.Options)))[..32];
    }
}
