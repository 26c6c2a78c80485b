using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>Reads versions as strings, as in MLflow, or as numbers.</summary>
public sealed class VersionNumberConverter : JsonConverter<string>
{
    /// <inheritdoc/>
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType != JsonTokenType.Number ? reader.GetString()
            : reader.TryGetInt64(out var number) ? number.ToString(CultureInfo.InvariantCulture)
            : throw new JsonException("A version must be an integer.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value);
    }
}
