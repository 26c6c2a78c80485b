using System.Diagnostics.CodeAnalysis;

namespace Linnaeus.Registry.Client.Http;

/// <summary>The header <c>Content-Digest: sha-256=:BASE64:</c> of RFC 9530.</summary>
public static class ContentDigest
{
    public const string Header = "Content-Digest";

    public static string Format(ReadOnlySpan<byte> sha256) => $"sha-256=:{Convert.ToBase64String(sha256)}:";

    /// <summary>Finds the SHA-256 in a header value; ignores other algorithms.</summary>
    public static bool TryParse(string? value, [NotNullWhen(true)] out byte[]? sha256)
    {
        sha256 = null;
        foreach (var part in (value ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            if (!part.StartsWith("sha-256=:", StringComparison.OrdinalIgnoreCase) || !part.EndsWith(':') || part.Length < 10)
                continue;
            var bytes = new byte[32];
            if (!Convert.TryFromBase64String(part["sha-256=:".Length..^1], bytes, out var length) || length != bytes.Length)
                return false;
            sha256 = bytes;
            return true;
        }

        return false;
    }
}
