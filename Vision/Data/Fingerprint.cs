using System.Security.Cryptography;
using System.Text;

namespace Linnaeus.Vision.Data;

internal static class Fingerprint
{
    /// <summary>SHA-256 over the sorted lines described at <see cref="Dataset.Fingerprint"/>.</summary>
    public static string Of(IEnumerable<(string Id, string Hash, string Class)> samples)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (id, hash, label) in samples.OrderBy(sample => sample.Id, StringComparer.Ordinal))
            sha.AppendData(Encoding.UTF8.GetBytes($"{id}\t{hash}\t{label}\n"));
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }
}
