using System.Text.Json;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Comparisons;

/// <summary>A bin of a reliability diagram.</summary>
/// <param name="Confidence">Mean probability of the predicted class, 0..1.</param>
/// <param name="Accuracy">0..1.</param>
public sealed record ReliabilityPoint(double Confidence, double Accuracy, int Images);

/// <summary>Calibration of a model version, from its <c>evaluation/calibration.json</c>.</summary>
/// <param name="Ece">Expected calibration error, 0..1.</param>
/// <param name="ScaledEce">ECE after temperature scaling; null if no temperature was fitted.</param>
public sealed record Reliability(double? Ece, double? ScaledEce, double? Temperature, IReadOnlyList<ReliabilityPoint> Points)
{
    /// <summary>Null if the document has no valid bins; any client can write it, so every field is checked.</summary>
    public static Reliability? Of(JsonElement? document)
    {
        if (Member(document, "plain") is not { } plain || Member(plain, "bins") is not { ValueKind: JsonValueKind.Array } bins)
            return null;
        var points = bins.EnumerateArray().Select(Point).OfType<ReliabilityPoint>().OrderBy(point => point.Confidence).ToList();
        return points.Count == 0 ? null : new Reliability(Number(plain, "ece"), Number(Member(document, "scaled"), "ece"), Number(document, "temperature"), points);
    }

    private static ReliabilityPoint? Point(JsonElement bin) =>
        Number(bin, "confidence") is { } confidence and >= 0 and <= 1 && Number(bin, "accuracy") is { } accuracy and >= 0 and <= 1 && Number(bin, "images") is { } images and > 0 and < int.MaxValue
            ? new ReliabilityPoint(confidence, accuracy, (int)images) : null;

    private static double? Number(JsonElement? json, string name) => Member(json, name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : null;

    private static JsonElement? Member(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var child) ? child : null;
}
