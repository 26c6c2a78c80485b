using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Linnaeus.Registry.Client;
using Microsoft.AspNetCore.Components;

namespace Linnaeus.Portal.Live;

/// <summary>Serializes the state of a prerendered page for the interactive one, so that nothing is read twice and nothing flickers. Metrics may be NaN.</summary>
internal sealed class ClientStateSerializer<T> : PersistentComponentStateSerializer<T>
{
    private static readonly JsonSerializerOptions Json = ApiJson.Apply(
        new JsonSerializerOptions(JsonSerializerDefaults.Web) { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals });

    public override void Persist(T value, IBufferWriter<byte> writer)
    {
        using var json = new Utf8JsonWriter(writer);
        JsonSerializer.Serialize(json, value, Json);
    }

    public override T Restore(ReadOnlySequence<byte> data)
    {
        var reader = new Utf8JsonReader(data);
        return JsonSerializer.Deserialize<T>(ref reader, Json)!;
    }
}
