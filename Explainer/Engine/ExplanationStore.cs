using System.Text.Json;
using Linnaeus.Registry.Client;
using Linnaeus.Vision.Explanations;
using Linnaeus.Vision.Imaging;

namespace Linnaeus.Explainer.Engine;

/// <summary>Stores explanations in the Registry: artifacts of the version's run, then a record once all files are uploaded.</summary>
public sealed class ExplanationStore(RegistryClient registry)
{
    public const string HeatMapFile = "heatmap.png";
    public const string OverlayFile = "overlay.png";
    public const string SignedFile = "signed.png";
    public const string ImageFile = "input.png";
    public const string AttributionFile = "attribution.npy";
    public const string CellsFile = "cells.npy";
    private const string SummaryFile = "summary.json";

    /// <summary>Downloadable files with their media types.</summary>
    public static IReadOnlyDictionary<string, string> MediaTypes { get; } = new Dictionary<string, string>
    {
        [HeatMapFile] = "image/png",
        [OverlayFile] = "image/png",
        [SignedFile] = "image/png",
        [ImageFile] = "image/png",
        [AttributionFile] = "application/x-npy",
        [CellsFile] = "application/x-npy",
        [SummaryFile] = "application/json",
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
        var summary = JsonSerializer.SerializeToElement(explanation.Summary, ApiJson.Options);
        await Task.WhenAll(Files(explanation, summary).Select(
            file => registry.Artifacts.UploadBytesAsync(version.RunId, $"{folder}/{file.Name}", file.Bytes, cancellationToken)));
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

    private static IEnumerable<(string Name, byte[] Bytes)> Files(ComputedExplanation computed, JsonElement summary)
    {
        var (explanation, image) = (computed.Explanation, computed.Image);
        var signed = explanation is not ClassActivationResult;
        var colors = ExplanationImages.HeatMapOf(explanation, image);
        yield return (ImageFile, PngCodec.Encode(image));
        yield return (HeatMapFile, PngCodec.Encode(colors));
        yield return (OverlayFile, PngCodec.Encode(HeatMap.Overlay(image, colors)));
        if (signed)
            yield return (SignedFile, PngCodec.Encode(HeatMap.RenderSigned(explanation.Signed(), image.Width, image.Height)));
        yield return (AttributionFile, Npy(explanation.Map));
        if (explanation is ClassActivationResult { Raw: var cells })
            yield return (CellsFile, Npy(cells));
        yield return (SummaryFile, JsonSerializer.SerializeToUtf8Bytes(summary, ApiJson.Options));
    }

    private static byte[] Npy(Attribution attribution)
    {
        using var stream = new MemoryStream();
        attribution.WriteNpy(stream);
        return stream.ToArray();
    }
}
