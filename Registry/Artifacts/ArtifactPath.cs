using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Artifacts;

/// <summary>Artifact paths: relative, with <c>/</c>, without <c>.</c> and <c>..</c>, and safe as local file names.</summary>
public static class ArtifactPath
{
    private const int MaxLength = 2000;
    private const string Scheme = "mlflow-artifacts:";

    /// <summary>Validates a path from a request (decoded once, by the server) and drops a trailing slash. Empty is the root.</summary>
    public static string Check(string? path)
    {
        if (string.IsNullOrEmpty(path) || path == ".") return "";
        var trimmed = path.TrimEnd('/');
        if (trimmed.Length is 0 or > MaxLength || trimmed[0] == '/' || trimmed.Contains('\\') || LooksLikeDrive(trimmed)
            || trimmed.Any(char.IsControl) || !IsWellFormed(trimmed)) throw Invalid();
        foreach (var segment in trimmed.Split('/'))
            if (segment.Length == 0 || IsDots(segment)) throw Invalid();
        // A path that is still encoded may be decoded again later, so its decoded form must be safe too.
        if (trimmed.Contains('%') && Uri.UnescapeDataString(trimmed) is var decoded && decoded != trimmed)
        {
            if (decoded[0] == '/' || decoded.Contains('\\') || decoded.Any(char.IsControl) || decoded.Split('/')
                .Any(s => IsDots(s) || IsDots(Uri.UnescapeDataString(s)))) throw Invalid();
        }
        return trimmed;
    }

    /// <summary>Validates the path of a file.</summary>
    public static string CheckFile(string? path) =>
        path is not null && path.EndsWith('/') ? throw Invalid() : Check(path) is { Length: > 0 } file ? file : throw Invalid();

    /// <summary>Joins a folder and a path; either may be empty.</summary>
    public static string Combine(string folder, string path) => folder.Length == 0 ? path : path.Length == 0 ? folder : $"{folder}/{path}";

    /// <summary>The parent folders of a path, nearest first, without the root.</summary>
    public static List<string> Parents(string path)
    {
        var parents = new List<string>();
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1)) parents.Add(path[..slash]);
        return parents;
    }

    /// <summary>
    /// The range of paths below a folder: from <c>folder/</c> up to, but excluding, <c>folder0</c>, the character after the slash.
    /// </summary>
    public static (string From, string To) Below(string folder) => folder.Length == 0 ? ("", "\U0010FFFF") : (folder + "/", folder + "0");

    /// <summary>The artifact path of a <c>mlflow-artifacts:</c> URI, or null for any other URI.</summary>
    public static string? FromUri(string uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (!uri.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        var rest = uri[Scheme.Length..];
        if (rest.StartsWith("//", StringComparison.Ordinal))
        {
            // An authority names the server, which is this one.
            var slash = rest.IndexOf('/', 2);
            rest = slash < 0 ? "" : rest[slash..];
        }
        return Check(string.Join('/', rest.Split('/', StringSplitOptions.RemoveEmptyEntries)));
    }

    public static RegistryException Invalid() => RegistryException.Invalid("Invalid path");

    private static bool IsDots(string segment) => segment is "." or "..";

    private static bool LooksLikeDrive(string path) => path.Length > 1 && path[1] == ':' && char.IsAsciiLetter(path[0]);

    /// <summary>Rejects lone surrogates, since the databases store UTF-8.</summary>
    private static bool IsWellFormed(string path)
    {
        foreach (var rune in path.EnumerateRunes())
            if (rune == System.Text.Rune.ReplacementChar) return false;
        return true;
    }
}
