using System.Text.Json;

namespace Linnaeus.Registry.Comparisons;

/// <summary>Matches explanations of different versions by image, method, target class and contrast class.</summary>
internal static class ExplanationPairs
{
    /// <param name="ofVersions">The explanations of each version.</param>
    public static List<ExplanationPair> Of(IReadOnlyList<IReadOnlyList<ExplanationRecord>> ofVersions)
    {
        // The newest explanation of each kind.
        var keyed = ofVersions.Select(list => list.Select(record => (Subject: SubjectOf(record), Record: record))
            .Where(e => e.Subject is not null).GroupBy(e => e.Subject!)
            .ToDictionary(g => g.Key, g => g.Select(e => e.Record).MaxBy(record => record.CreatedAt)!)).ToList();
        return [.. keyed.SelectMany(k => k.Keys).GroupBy(subject => subject).Where(g => g.Count() > 1).Select(g => g.Key)
            .OrderBy(s => s.Method.Name(), StringComparer.Ordinal).ThenBy(s => s.Image, StringComparer.Ordinal).ThenBy(s => s.Target, StringComparer.Ordinal)
            .Select(s => new ExplanationPair(s.Method, s.Image, s.Target, keyed.ConvertAll(k => k.GetValueOrDefault(s))))];
    }

    private static Subject? SubjectOf(ExplanationRecord record) =>
        Member(record.Summary, "provenance") is { } provenance && Text(Member(provenance, "image_sha256")) is { } image
            ? new Subject(record.Method, image, Text(Member(provenance, "target")), Text(Member(provenance, "against"))) : null;

    private static JsonElement? Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A class by name or index.</summary>
    private static string? Text(JsonElement? json) => json?.ToString();

    private sealed record Subject(ExplanationMethod Method, string Image, string? Target, string? Against);
}
