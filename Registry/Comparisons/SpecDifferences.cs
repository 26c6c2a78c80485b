using System.Text.Json;

namespace Linnaeus.Registry.Comparisons;

/// <summary>Config differences between versions.</summary>
public static class SpecDifferences
{
    /// <summary>Paths such as <c>$.optimizer.name</c> whose values differ between specs; a list counts as one value.</summary>
    public static List<ComparedValues<JsonElement?>> OfSpecs(IReadOnlyList<JsonElement> specs) =>
        Of([.. specs.Select(spec => Flatten("$", spec).ToDictionary())]);

    /// <summary>Params whose values differ between runs.</summary>
    public static List<ComparedValues<JsonElement?>> OfParams(IReadOnlyList<IReadOnlyDictionary<string, string>> runs) =>
        Of([.. runs.Select(run => run.ToDictionary(p => p.Key, p => JsonSerializer.SerializeToElement(p.Value)))]);

    private static List<ComparedValues<JsonElement?>> Of(List<Dictionary<string, JsonElement>> settings) =>
        [.. settings.SelectMany(s => s.Keys).Distinct().Order(StringComparer.Ordinal)
            .Select(path => new ComparedValues<JsonElement?>(
                path, settings.ConvertAll(s => s.TryGetValue(path, out var value) ? value : (JsonElement?)null)))
            .Where(row => !row.Values.All(value => Same(value, row.Values[0])))];

    private static IEnumerable<KeyValuePair<string, JsonElement>> Flatten(string path, JsonElement json) =>
        json.ValueKind == JsonValueKind.Object ? json.EnumerateObject().SelectMany(p => Flatten($"{path}.{p.Name}", p.Value))
            : [KeyValuePair.Create(path, json)];

    private static bool Same(JsonElement? first, JsonElement? second) =>
        first is { } a && second is { } b ? JsonElement.DeepEquals(a, b) : first is null && second is null;
}
