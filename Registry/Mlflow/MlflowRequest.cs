using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Mlflow;

/// <summary>
/// The fields of an MLflow request by proto3-JSON's rules: a JSON body, or the query of a GET. As in MLflow, unknown fields are ignored,
/// null means absent, 64-bit integers are numbers or strings, and a body that is not a JSON object counts as empty.
/// </summary>
public sealed partial class MlflowRequest
{
    private const long MaxBodyBytes = 64 << 20;
    private static readonly JsonElement Empty = JsonDocument.Parse("{}").RootElement;
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonElement _body;
    private readonly IQueryCollection? _query;

    private MlflowRequest(JsonElement body, IQueryCollection? query)
    {
        _body = body;
        _query = query;
    }

    /// <summary>A nested message.</summary>
    public MlflowRequest(JsonElement message) : this(message, null)
    {
    }

    /// <summary>Binds the request to a handler's parameter.</summary>
    public static async ValueTask<MlflowRequest?> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (HttpMethods.IsGet(context.Request.Method)) return new MlflowRequest(Empty, context.Request.Query);
        if (context.Request.ContentLength > MaxBodyBytes)
            throw new RegistryException(ErrorCode.RequestTooLarge,
                $"The request body has {context.Request.ContentLength} bytes. The limit is {MaxBodyBytes}.");
        RequireJson(context.Request);
        return new MlflowRequest(await ReadAsync(context), null);
    }

    /// <summary>
    /// Prevents writes by pages of other sites: browsers send forms and plain text to other sites without a preflight request, but not
    /// JSON.
    /// </summary>
    private static void RequireJson(HttpRequest request)
    {
        if (request.ContentLength is null or 0 && request.Headers.TransferEncoding.Count == 0) return;
        if (string.IsNullOrEmpty(request.ContentType)) throw RegistryException.Invalid("Bad Request. Content-Type header is missing; it must be application/json.");
        if (!request.HasJsonContentType())
            throw RegistryException.Invalid($"Bad Request. Content-Type header must be one of ['application/json'], but it is '{request.ContentType}'.");
    }

    private static async Task<JsonElement> ReadAsync(HttpContext context)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            var root = RequireText(document.RootElement);
            // Old clients encode twice: the document is a string that contains the document.
            if (root.ValueKind == JsonValueKind.String) root = RequireText(JsonDocument.Parse(root.GetString()!).RootElement);
            return root.ValueKind == JsonValueKind.Object ? root.Clone() : Empty;
        }
        catch (JsonException)
        {
            return Empty;
        }
    }

    /// <summary>JSON can contain half a surrogate pair, which is not valid text.</summary>
    private static JsonElement RequireText(JsonElement root)
    {
        var raw = JsonMarshal.GetRawUtf8Value(root);
        if (raw.IndexOf("\\ud"u8) < 0 && raw.IndexOf("\\uD"u8) < 0) return root;
        try
        {
            _ = JsonSerializer.Deserialize<System.Text.Json.Nodes.JsonNode>(root)?.ToJsonString();
            return root;
        }
        catch (InvalidOperationException fault)
        {
            throw new RegistryException(ErrorCode.InvalidParameterValue, "Invalid value: the request body is not valid Unicode.", fault);
        }
    }

    public bool Has(string name) => _query is null ? Field(name) is not null : Strings(name).Count > 0;

    public string? String(string name)
    {
        if (_query is not null) return _query.TryGetValue(name, out var values) ? Storable(name, values[0]) : null;
        if (Field(name) is not { } value) return null;
        return value.ValueKind == JsonValueKind.String ? Storable(name, value.GetString()) : throw Invalid(name, value);
    }

    public string RequiredString(string name)
    {
        var value = String(name);
        return string.IsNullOrEmpty(value) ? throw Missing(name) : value;
    }

    /// <summary>A required string that may be empty.</summary>
    public string RequiredText(string name) => String(name) ?? throw Missing(name);

    /// <summary>An identifier, which old clients send as a number.</summary>
    public string? Id(string name) =>
        _query is null && Field(name) is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : String(name);

    /// <summary>The run id: <c>run_id</c>, or its old name <c>run_uuid</c>.</summary>
    public string RunId() => String("run_id") is { Length: > 0 } id ? id : String("run_uuid") is { Length: > 0 } old ? old
        : throw Missing("run_id");

    public long? Int64(string name)
    {
        if (_query is not null)
        {
            var text = String(name);
            if (string.IsNullOrEmpty(text)) return null;
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) ? parsed
                : throw Invalid(name, $"\"{text}\"");
        }
        if (Field(name) is not { } value) return null;
        switch (value.ValueKind)
        {
            case JsonValueKind.Number when value.TryGetInt64(out var integer):
                return integer;
            case JsonValueKind.Number when value.GetDouble() is var real && real == Math.Floor(real) && Math.Abs(real) < 9e18:
                return (long)real;
            case JsonValueKind.String when long.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                out var parsed):
                return parsed;
            default:
                throw Invalid(name, value);
        }
    }

    public long RequiredInt64(string name) => Int64(name) ?? throw Missing(name);

    /// <summary>A double; <c>"NaN"</c>, <c>"Infinity"</c> and <c>"-Infinity"</c> are strings.</summary>
    public double RequiredDouble(string name)
    {
        if (_query is not null || Field(name) is not { } value) throw Missing(name);
        return value.ValueKind switch
        {
            JsonValueKind.Number => value.GetDouble(),
            JsonValueKind.String => value.GetString() switch
            {
                "NaN" => double.NaN,
                "Infinity" => double.PositiveInfinity,
                "-Infinity" => double.NegativeInfinity,
                var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) => parsed,
                _ => throw Invalid(name, value),
            },
            _ => throw Invalid(name, value),
        };
    }

    public bool Bool(string name)
    {
        if (_query is not null) return bool.TryParse(String(name), out var parsed) && parsed;
        if (Field(name) is not { } value) return false;
        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.String when bool.TryParse(value.GetString(), out var parsed) => parsed,
            _ => throw Invalid(name, value),
        };
    }

    /// <summary>A number from <paramref name="minimum"/> to <paramref name="maximum"/>, or the default when absent.</summary>
    public int Limit(string name, int? whenAbsent, int maximum, int minimum = 1)
    {
        var value = Int64(name) ?? whenAbsent ?? 0;
        if (value < minimum || value > maximum)
            throw RegistryException.Invalid($"Invalid value {value} for parameter '{name}' supplied: it must be at least {minimum} and at most {maximum}.");
        return (int)value;
    }

    /// <summary>A list of strings; in a query the key is repeated as <c>key</c>, <c>key[]</c> or <c>key[0]</c>.</summary>
    public IReadOnlyList<string> Strings(string name)
    {
        if (_query is not null)
            return [.. _query.Where(pair =>
                pair.Key == name || (pair.Key.StartsWith(name, StringComparison.Ordinal) && ListSuffix()
                .IsMatch(pair.Key.AsSpan(name.Length))))
                .SelectMany(pair => pair.Value.OfType<string>())];
        if (Field(name) is not { } value) return [];
        if (value.ValueKind != JsonValueKind.Array) throw Invalid(name, value);
        return [.. value.EnumerateArray().Select(item => item.ValueKind switch
        {
            JsonValueKind.String => Storable(name, item.GetString())!,
            JsonValueKind.Number => item.GetRawText(),
            _ => throw Invalid(name, value),
        })];
    }

    /// <summary>A list of messages; empty when absent.</summary>
    public List<MlflowRequest> Messages(string name)
    {
        var messages = new List<MlflowRequest>();
        if (_query is not null || Field(name) is not { } value) return messages;
        if (value.ValueKind != JsonValueKind.Array) throw Invalid(name, value);
        foreach (var item in value.EnumerateArray())
            messages.Add(item.ValueKind == JsonValueKind.Object ? new MlflowRequest(item) : throw Invalid(name, value));
        return messages;
    }

    public MlflowRequest? Message(string name)
    {
        if (_query is not null || Field(name) is not { } value) return null;
        return value.ValueKind == JsonValueKind.Object ? new MlflowRequest(value) : throw Invalid(name, value);
    }

    /// <summary>The raw JSON of the field, or an empty string.</summary>
    public string Text(string name) => Field(name)?.GetRawText() ?? "";

    /// <summary>The error for a list in which message number <paramref name="index"/> lacks a field.</summary>
    public RegistryException Missing(string list, int index, string field) => RegistryException.Invalid(
        $"{Describe(list, Field(list)!.Value)} Missing value for required parameter '{list}[{index}].{field}'.");

    public static RegistryException Missing(string name) =>
        RegistryException.Invalid($"Missing value for required parameter '{name}'. The request must name it.");

    private static RegistryException Invalid(string name, JsonElement value) => RegistryException.Invalid(Describe(name, value));

    private static RegistryException Invalid(string name, string value) =>
        RegistryException.Invalid($"Invalid value {value} for parameter '{name}' supplied.");

    private static string Describe(string name, JsonElement value)
    {
        var (text, python) = (Cut(JsonSerializer.Serialize(value, Relaxed)), Cut(PythonText.Of(value)));
        return $"Invalid value {text} for parameter '{name}' supplied."
            + (python == text ? "" : $" In Python: Invalid value {python} for parameter '{name}' supplied.");
    }

    private static string Cut(string text) => text.Length <= 1000 ? text : text[..1000] + "...";

    /// <summary>Rejects NUL characters, which PostgreSQL cannot store.</summary>
    private static string? Storable(string name, string? text) => text?.Contains('\0') == true
        ? throw RegistryException.Invalid($"Invalid value for parameter '{name}' supplied: it contains a NUL character.")
        : text;

    private JsonElement? Field(string name) =>
        _body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    [GeneratedRegex(@"^\[\d*\]$")]
    private static partial Regex ListSuffix();
}
