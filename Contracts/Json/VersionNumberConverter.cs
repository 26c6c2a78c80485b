using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>Versions are text, as in MLflow; a plain number is taken as well.</summary>
public sealed class VersionNumberConverter : JsonConverter<string>
{
    /// <inheritdoc/>
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType != JsonTokenType.Number ? reader.GetString()
            : reader.TryGetInt64(out var number) ? number.ToString(CultureInfo.InvariantCulture)
            : throw new JsonException("A version is a whole number.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value);
    }
}
