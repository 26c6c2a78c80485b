using System.Text.Json;
using System.Text.Json.Serialization;

namespace Linnaeus.Vision;

/// <summary>The JSON dialect of Vision's files: snake_case names, indented, nulls left out, unknown fields ignored, so that newer files can be read.</summary>
public static class VisionJson
{
    /// <summary>Options of every JSON file that this library writes or reads.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };
}
