using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Endpoints;

/// <summary>Addresses of artifacts, proxied by the Portal.</summary>
public static class FileAddress
{
    public static string Of(string runId, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return $"files/runs/{Uri.EscapeDataString(runId)}/{Escape(path)}";
    }

    /// <summary>A file of a model version.</summary>
    public static string OfVersion(string model, string version, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return $"files/models/{Uri.EscapeDataString(model)}/{version}/{Escape(path)}";
    }

    /// <summary>A file of an explanation, e.g. <c>heatmap.png</c>.</summary>
    public static string Of(ExplanationAnswer explanation, string file)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        return Of(explanation.RunId, $"{explanation.ArtifactPath}/{file}");
    }

    /// <summary>Null if the text is not the URI of a run artifact.</summary>
    public static string? OfArtifact(string? text) =>
        ArtifactUri.TryParse(text, out var uri) && uri is { RunId: { } run, Path.Length: > 0 } ? Of(run, uri.Path) : null;

    private static string Escape(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
