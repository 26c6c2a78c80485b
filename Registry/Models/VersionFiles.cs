using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Models;

/// <summary>Rules about the files of a version.</summary>
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

    /// <summary>Refuses a list that cannot be right, naming every fault.</summary>
    public static void Check(IReadOnlyList<ModelFile>? files)
    {
        var faults = new List<string>();
        if (files is null or { Count: 0 }) faults.Add("files: name at least one file of the folder.");
        else if (files.Count > MaxFiles) faults.Add($"files: {files.Count} files; at most {MaxFiles} are accepted.");
        else
        {
            foreach (var file in files)
            {
                if (!IsPath(file.Path)) faults.Add($"files: '{file.Path}' is not a relative path.");
                if (file.Size < 0) faults.Add($"files: '{file.Path}' has size {file.Size}.");
                if (file.Sha256 is not { Length: 64 }
                    || !file.Sha256.All(char.IsAsciiHexDigitLower)) faults.Add($"files: the SHA-256 of '{file.Path}' must be 64 lower-case hex digits.");
            }
            faults.AddRange(files.GroupBy(f => f.Path).Where(g => g.Count() > 1)
                .Select(g => $"files: '{g.Key}' is named {g.Count()} times."));
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
