using System.Text.Encodings.Web;
using System.Text.Json;

namespace Linnaeus.Registry.Mlflow;

/// <summary>An MLflow response, written directly to the connection.</summary>
public sealed class MlflowResult(Action<Utf8JsonWriter> write) : IResult
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true
    };

    /// <summary>The response of a call without a result.</summary>
    public static MlflowResult Empty { get; } = new(_ => { });

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        httpContext.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(httpContext.Response.BodyWriter, Options);
        writer.WriteStartObject();
        write(writer);
        writer.WriteEndObject();
        await writer.FlushAsync(httpContext.RequestAborted);
    }
}

/// <summary>Writes proto3-JSON.</summary>
internal static class MlflowWriting
{
    public static void WriteDouble(this Utf8JsonWriter writer, string name, double value)
    {
        if (double.IsNaN(value)) writer.WriteString(name, "NaN");
        else writer.WriteNumber(name, value);
    }

    /// <summary>Writes the field unless it is null or empty.</summary>
    public static void WriteOptional(this Utf8JsonWriter writer, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value)) writer.WriteString(name, value);
    }

    public static void WriteOptional(this Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number) writer.WriteNumber(name, number);
    }

    /// <summary>Writes a list unless it is empty.</summary>
    public static void WriteList<T>(this Utf8JsonWriter writer, string name, IReadOnlyCollection<T> items, Action<Utf8JsonWriter, T> write)
    {
        if (items.Count == 0) return;
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            writer.WriteStartObject();
            write(writer, item);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    public static void WritePairs(this Utf8JsonWriter writer, string name, IReadOnlyCollection<KeyValuePair<string, string>> pairs) =>
        writer.WriteList(name, pairs, static (w, pair) =>
        {
            w.WriteString("key", pair.Key);
            w.WriteString("value", pair.Value);
        });
}
