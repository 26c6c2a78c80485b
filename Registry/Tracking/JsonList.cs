using System.Text.Json;

namespace Linnaeus.Registry.Tracking;

/// <summary>Tags with a JSON list in the format of Python's <c>json.dumps</c>, which scripts compare as text.</summary>
internal static class JsonList
{
    /// <summary>Appends a member; starts a new list when <paramref name="list"/> is not a list.</summary>
    public static string Append(string? list, string member)
    {
        var before = list is not null && IsList(list) ? list.Trim()[..^1].TrimEnd() : "[";
        return $"{before}{(before == "[" ? "" : ", ")}{member}]";
    }

    private static bool IsList(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Array;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
