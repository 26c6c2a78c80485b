using System.Text.Json;
using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>A class by its index (a JSON number, from 0) or by its name (a JSON string); exactly one is set.</summary>
[JsonConverter(typeof(Converter))]
public sealed record ClassReference(int? Index, string? Name)
{
    public override string ToString() => Name ?? $"{Index}";

    private sealed class Converter : JsonConverter<ClassReference>
    {
        public override ClassReference Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.String => new ClassReference(null, reader.GetString()),
            JsonTokenType.Number when reader.TryGetInt32(out var index) && index >= 0 => new ClassReference(index, null),
            _ => throw new JsonException("A class must be an index (an integer from 0) or a name."),
        };

        public override void Write(Utf8JsonWriter writer, ClassReference value, JsonSerializerOptions options)
        {
            if (value.Index is { } index)
                writer.WriteNumberValue(index);
            else
                writer.WriteStringValue(value.Name);
        }
    }
}
