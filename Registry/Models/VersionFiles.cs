using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Models;

/// <summary>Checks the files of a version.</summary>
internal static class VersionFiles
{
    private const int MaxFiles = 10_000;

    /// <summary>One checksum for a whole folder: SHA-256 over its sorted lines <c>PATH NUL SIZE NUL SHA256 LF</c>.</summary>
    public static string Digest(IEnumerable<ModelFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files.OrderBy(f => f.Path, StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
                $"{file.Path}\0{file.Size}\0{file.Sha256}\n")));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Rejects an invalid list and reports every error.</summary>
    public static void Check(IReadOnlyList<ModelFile>? files)
    {
        var faults = new List<string>();
        if (files is null or { Count: 0 }) faults.Add("files: must contain at least one file.");
        else if (files.Count > MaxFiles) faults.Add($"files: must contain at most {MaxFiles} files, got {files.Count}.");
        else
        {
            foreach (var file in files)
            {
                if (!IsPath(file.Path)) faults.Add($"files: '{file.Path}' must be a relative path.");
                if (file.Size < 0) faults.Add($"files: the size of '{file.Path}' must be at least 0, got {file.Size}.");
                if (file.Sha256 is not { Length: 64 }
                    || !file.Sha256.All(char.IsAsciiHexDigitLower)) faults.Add($"files: the SHA-256 of '{file.Path}' must be 64 lowercase hex digits.");
            }
            faults.AddRange(files.GroupBy(f => f.Path).Where(g => g.Count() > 1)
                .Select(g => $"files: '{g.Key}' is listed {g.Count()} times."));
        }
        if (faults.Count > 0)
            throw new RegistryException(ErrorCode.InvalidParameterValue, string.Join(' ', faults))
            { Extensions = new Dictionary<string, object?> { ["errors"] = faults } };
    }

    private static bool IsPath(string? path)
    {
        try
        {
            return ArtifactPath.CheckFile(path) == path;
        }
        catch (RegistryException)
        {
            return false;
        }
    }
}
