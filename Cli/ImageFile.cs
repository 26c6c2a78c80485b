namespace Linnaeus.Cli;

/// <summary>Reads an image argument in the form that the Explainer accepts.</summary>
internal static class ImageFile
{
    /// <summary>A file as base64; an artifact URI is returned unchanged.</summary>
    public static async Task<string> ReadAsync(string path, CancellationToken cancellationToken) => path.StartsWith("runs:/", StringComparison.Ordinal)
        ? path
        : Convert.ToBase64String(await File.ReadAllBytesAsync(path, cancellationToken));
}
