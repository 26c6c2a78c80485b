using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Artifacts;

/// <summary>The SHA-256 member of a <c>Content-Digest</c> header (RFC 9530): <c>sha-256=:BASE64:</c>.</summary>
public static class ContentDigest
{
    public const string HeaderName = "Content-Digest";

    public static string Format(string sha256) => $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(sha256))}:";

    /// <summary>The checksum in lowercase hex, or null when the header has none; other algorithms are ignored.</summary>
    public static string? Parse(string? header)
    {
        foreach (var member in (header ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = member.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !member.AsSpan(0, equals).Trim().Equals("sha-256", StringComparison.OrdinalIgnoreCase)) continue;
            var value = member[(equals + 1)..].Trim();
            var bytes = new byte[32];
            if (value.Length > 2 && value[0] == ':' && value[^1] == ':' && Convert.TryFromBase64String(value[1..^1], bytes, out var length)
                && length == 32)
                return Convert.ToHexStringLower(bytes);
            throw RegistryException.Invalid($"Invalid {HeaderName} header '{header}': use sha-256=:BASE64 OF 32 BYTES:");
        }
        return null;
    }
}
