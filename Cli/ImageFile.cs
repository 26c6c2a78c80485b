namespace Linnaeus.Cli;

/// <summary>An image on the command line, as the Explainer takes it.</summary>
internal static class ImageFile
{
    /// <summary>The file as base64; the address of an artifact stays as it is.</summary>
    public static async Task<string> ReadAsync(string path, CancellationToken cancellationToken) => path.StartsWith("runs:/", StringComparison.Ordinal)
        ? path
        : Convert.ToBase64String(await File.ReadAllBytesAsync(path, cancellationToken));
}
