using System.Text.Json;
using Linnaeus.Registry.Client;
using Linnaeus.Vision.Imaging;

namespace Linnaeus.Explainer.Engine;

/// <summary>Explanations in the Registry: files among the artifacts of the version's run, and a record that is written once they are all there.</summary>
public sealed class ExplanationStore(RegistryClient registry)
{
    public const string HeatMapFile = "heatmap.png";
    public const string OverlayFile = "overlay.png";
    public const string AttributionFile = "attribution.npy";
    public const string PictureFile = "input.png";
    private const string SummaryFile = "summary.json";

    /// <summary>Files that can be asked for, with their media types.</summary>
    public static IReadOnlyDictionary<string, string> MediaTypes { get; } = new Dictionary<string, string>
    {
        [HeatMapFile] = "image/png",
        [OverlayFile] = "image/png",
        [PictureFile] = "image/png",
        [AttributionFile] = "application/x-npy",
    };

    /// <summary>The stored explanation, or null.</summary>
    public Task<ExplanationRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
        registry.Explanations.FindAsync(id, cancellationToken);

    /// <summary>Uploads the files, then the record.</summary>
    public async Task<ExplanationRecord> SaveAsync(
        string id, ModelVersionInfo version, ComputedExplanation explanation, CancellationToken cancellationToken)
    {
        using var activity = ExplainerTelemetry.Source.StartActivity("store");
        var folder = $"explanations/{id}";
        var summary = JsonSerializer.SerializeToElement(explanation.Summary, RegistryJson.Options);
        foreach (var (name, bytes) in Files(explanation, summary))
            await registry.Artifacts.UploadBytesAsync(version.RunId, $"{folder}/{name}", bytes, cancellationToken);
        return await registry.Explanations.PutAsync(new ExplanationRecord
        {
            Id = id,
            Model = version.Name,
            Version = version.Version,
            Method = explanation.Summary.Parameters.Method,
            RunId = version.RunId,
            ArtifactPath = folder,
            Summary = summary,
            CreatedAt = DateTimeOffset.UtcNow,
        }, cancellationToken);
    }

    /// <summary>One file of a stored explanation.</summary>
    public Task<byte[]> ReadAsync(ExplanationRecord record, string file, CancellationToken cancellationToken) =>
        registry.Artifacts.ReadBytesAsync(ArtifactUri.OfRun(record.RunId, $"{record.ArtifactPath}/{file}"), cancellationToken: cancellationToken);

    private static IEnumerable<(string Name, byte[] Bytes)> Files(ComputedExplanation explanation, JsonElement summary)
    {
        var picture = explanation.Picture;
        var colours = HeatMap.Render(explanation.Map, picture.Width, picture.Height);
        yield return (PictureFile, PngCodec.Encode(picture));
        yield return (HeatMapFile, PngCodec.Encode(colours));
        yield return (OverlayFile, PngCodec.Encode(HeatMap.Overlay(picture, colours)));
        using var raw = new MemoryStream();
        explanation.Attribution.WriteNpy(raw);
        yield return (AttributionFile, raw.ToArray());
        yield return (SummaryFile, JsonSerializer.SerializeToUtf8Bytes(summary, RegistryJson.Options));
    }
}
