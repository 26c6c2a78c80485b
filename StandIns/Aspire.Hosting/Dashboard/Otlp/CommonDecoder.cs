using System.Globalization;
using System.Text;

namespace Aspire.Hosting.Dashboard;

/// <summary>The parts that OTLP's three signals share: resources, scopes, attributes, ids and times.</summary>
internal static class CommonDecoder
{
    /// <summary>Longest attribute value, name or status kept, in bytes.</summary>
    public const int TextLimit = 16 * 1024;

    private const int MaxAttributes = 128;
    private const int MaxDepth = 16;

    public static TelemetryResource Resource(ProtoReader resource)
    {
        var attributes = new List<KeyValuePair<string, string>>();
        while (resource.Next())
        {
            if (resource.Field == 1)
                AppendAttribute(attributes, resource.Message());
            else
                resource.Skip();
        }
        return new(Value(attributes, "service.name") ?? "unknown_service", Value(attributes, "service.instance.id") ?? "", [.. attributes]);
    }

    /// <summary>Name of an instrumentation scope.</summary>
    public static string Scope(ProtoReader scope)
    {
        var name = "";
        while (scope.Next())
        {
            if (scope.Field == 1)
                name = scope.Text(TextLimit);
            else
                scope.Skip();
        }
        return name;
    }

    /// <summary>The last message in field 1 of a group, where OTLP keeps resources and scopes; protobuf allows it after the items.</summary>
    public static ProtoReader Head(ProtoReader group)
    {
        var head = new ProtoReader([]);
        while (group.Next())
        {
            if (group.Field == 1)
                head = group.Message();
            else
                group.Skip();
        }
        return head;
    }

    public static void AppendAttribute(List<KeyValuePair<string, string>> attributes, ProtoReader pair)
    {
        string key = "", value = "";
        while (pair.Next())
        {
            if (pair.Field == 1)
                key = pair.Text(1024);
            else if (pair.Field == 2)
                value = AnyValue(pair.Message(), 0);
            else
                pair.Skip();
        }
        if (attributes.Count < MaxAttributes)
            attributes.Add(new(key, value));
    }

    /// <summary>An OTLP AnyValue as text: scalars in invariant form, lists and maps in JSON-like brackets, bytes in base64.</summary>
    public static string AnyValue(ProtoReader value, int depth, int limit = TextLimit)
    {
        if (depth > MaxDepth)
            throw new InvalidDataException($"attribute value is nested deeper than {MaxDepth} levels");
        var text = "";
        while (value.Next())
        {
            switch (value.Field)
            {
                case 1:
                    text = value.Text(limit);
                    break;
                case 2:
                    text = value.Varint() != 0 ? "true" : "false";
                    break;
                case 3:
                    text = ((long)value.Varint()).ToString(CultureInfo.InvariantCulture);
                    break;
                case 4:
                    text = value.Double().ToString("R", CultureInfo.InvariantCulture);
                    break;
                case 5:
                    text = Join(value.Message(), '[', ']', depth, limit);
                    break;
                case 6:
                    text = Join(value.Message(), '{', '}', depth, limit);
                    break;
                case 7:
                    var bytes = value.Bytes();
                    text = Convert.ToBase64String(bytes[..Math.Min(bytes.Length, limit)]);
                    break;
                default:
                    value.Skip();
                    break;
            }
        }
        return text;
    }

    /// <summary>Lower-case hexadecimal of an id of exactly <paramref name="length"/> bytes; null when it is absent or all zero.</summary>
    public static string? Id(ReadOnlySpan<byte> id, int length)
    {
        if (id.IsEmpty || (id.Length == length && !id.ContainsAnyExcept((byte)0)))
            return null;
        return id.Length == length
            ? Convert.ToHexStringLower(id)
            : throw new InvalidDataException($"trace or span id has {id.Length} bytes where {length} belong");
    }

    /// <summary>Nanoseconds since 1970.</summary>
    public static long Nanos(ulong value) => value <= long.MaxValue
        ? (long)value
        : throw new InvalidDataException($"time {value} ns is out of range");

    private static string? Value(List<KeyValuePair<string, string>> attributes, string key) =>
        attributes.Find(a => a.Key == key) is { Key: not null, Value.Length: > 0 } found ? found.Value : null;

    private static string Join(ProtoReader items, char open, char close, int depth, int limit)
    {
        var text = new StringBuilder().Append(open);
        while (items.Next())
        {
            if (items.Field != 1)
            {
                items.Skip();
                continue;
            }
            var item = items.Message();
            if (text.Length >= limit)
                continue;
            if (text.Length > 1)
                text.Append(", ");
            text.Append(open == '[' ? AnyValue(item, depth + 1, limit) : Entry(item, depth + 1, limit));
        }
        return text.Append(close).ToString();
    }

    private static string Entry(ProtoReader pair, int depth, int limit)
    {
        string key = "", value = "";
        while (pair.Next())
        {
            if (pair.Field == 1)
                key = pair.Text(1024);
            else if (pair.Field == 2)
                value = AnyValue(pair.Message(), depth, limit);
            else
                pair.Skip();
        }
        return $"{key}: {value}";
    }
}
