using System.Security.Cryptography;
using System.Text;
using Linnaeus.Registry.Client;

namespace Linnaeus.Explainer.Models;

/// <summary>A checksum over all files of a version.</summary>
public static class VersionChecksum
{
    /// <summary>SHA-256 (lower-case hex) over one line <c>path TAB sha256 LF</c> a file, ordered by path.</summary>
    public static string Of(ModelVersionInfo version)
    {
        var lines = version.Files.OrderBy(file => file.Path, StringComparer.Ordinal).Select(file => $"{file.Path}\t{file.Sha256}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }
}
