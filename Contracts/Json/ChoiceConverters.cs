using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>Reads and writes choices by their JSON names.</summary>
internal sealed class ChoiceConverters : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsEnum && Choice.Fields(typeToConvert).All(member => member.IsDefined(typeof(JsonStringEnumMemberNameAttribute)));

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert))!;

    private sealed class Converter<T> : JsonConverter<T> where T : struct, Enum
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && Choice.TryParse<T>(reader.GetString(), out var value) ? value
                : throw new JsonException($"Must be {string.Join(", ", Choice.Names<T>())}.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.Name());
    }
}
