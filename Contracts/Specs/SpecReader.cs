using System.Globalization;
using System.Text.Json;

namespace Linnaeus.Contracts;

/// <summary>
/// Reads the fields of a JSON object and adds an error for each that is unknown, duplicate, of the wrong type or out of range.
/// An invalid field returns its default, so that reading continues.
/// </summary>
public sealed class SpecReader
{
    /// <summary>Maximum characters of a name.</summary>
    public const int LongestText = 250;

    private readonly Dictionary<string, JsonElement> _fields = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly string _path;
    private readonly Faults _faults;

    /// <param name="json">The object; anything else is an error at <paramref name="path"/>.</param>
    public SpecReader(JsonElement json, string path, Faults faults)
    {
        (_path, _faults) = (path, faults);
        if (json.ValueKind != JsonValueKind.Object)
        {
            faults.Add(path, $"must be an object, got {Describe(json)}.");
            return;
        }

        foreach (var field in json.EnumerateObject())
            if (!_fields.TryAdd(field.Name, field.Value))
                faults.Add(PathOf(field.Name), "is a duplicate field.");
    }

    public string PathOf(string name) => $"{_path}.{name}";

    /// <summary>True when the field is present and not null.</summary>
    public bool Has(string name) => _fields.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null;

    public string Text(string name, string whenAbsent, int maxLength = LongestText)
    {
        if (!TryGet(name, out var value))
            return whenAbsent;
        if (value.ValueKind != JsonValueKind.String)
            return Fault(name, $"must be a string, got {Describe(value)}.", whenAbsent);
        var text = value.GetString()!;
        return text.Length > 0 && text.Length <= maxLength && !text.Any(char.IsControl)
            ? text
            : Fault(name, $"must be 1 to {maxLength} characters without control characters.", whenAbsent);
    }

    public string RequiredText(string name, string example, int maxLength = LongestText) =>
        Has(name) ? Text(name, "", maxLength) : Fault(name, $"is required, e.g. \"{example}\".", "", known: true);

    public string Choice(string name, string whenAbsent, params string[] choices)
    {
        if (!TryGet(name, out var value))
            return whenAbsent;
        return value.ValueKind == JsonValueKind.String && choices.Contains(value.GetString())
            ? value.GetString()!
            : Fault(name, $"must be {Alternatives(choices)}, got {Describe(value)}.", whenAbsent);
    }

    /// <inheritdoc cref="Choice(string, string, string[])"/>
    public T Choice<T>(string name, T whenAbsent) where T : struct, Enum => Contracts.Choice.Parse<T>(Choice(name, whenAbsent.Name(), [.. Contracts.Choice.Names<T>()]));

    public long Integer(string name, long whenAbsent, long min, long max)
    {
        if (!TryGet(name, out var value))
            return whenAbsent;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= min && number <= max
            ? number
            : Fault(name, $"{Wanted(min, max)}, got {Describe(value)}.", whenAbsent);
    }

    public double Real(string name, double whenAbsent, Interval interval)
    {
        if (!TryGet(name, out var value))
            return whenAbsent;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && interval.Contains(number)
            ? number
            : Fault(name, $"must be a number {interval}, got {Describe(value)}.", whenAbsent);
    }

    public bool Flag(string name, bool whenAbsent)
    {
        if (!TryGet(name, out var value))
            return whenAbsent;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : Fault(name, $"must be true or false, got {Describe(value)}.", whenAbsent);
    }

    public IReadOnlyList<string> Texts(string name, IReadOnlyList<string> whenAbsent, int min, int max)
    {
        if (!TryGet(name, out var value))
            return whenAbsent;
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() < min || value.GetArrayLength() > max)
            return Fault(name, $"must be a list of {min} to {max} strings, got {Describe(value)}.", whenAbsent);

        var texts = new List<string>();
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String)
                texts.Add(item.GetString()!);
            else
                _faults.Add($"{PathOf(name)}[{texts.Count}]", $"must be a string, got {Describe(item)}.");
        }

        return texts;
    }

    /// <summary>Distinct names out of <paramref name="choices"/>.</summary>
    public IReadOnlyList<string> Choices(string name, IReadOnlyList<string> choices, int min, int max)
    {
        var given = Texts(name, [], min, max);
        for (var i = 0; i < given.Count; i++)
            if (!choices.Contains(given[i]))
                _faults.Add($"{PathOf(name)}[{i}]", $"must be {Alternatives([.. choices])}, got \"{given[i]}\".");
        if (given.Distinct().Count() < given.Count)
            _faults.Add(PathOf(name), "must not contain duplicates.");
        return [.. given.Where(choices.Contains)];
    }

    /// <summary>The object in this field, or null when absent.</summary>
    public SpecReader? Child(string name) => TryGet(name, out var value) ? new SpecReader(value, PathOf(name), _faults) : null;

    /// <summary>The raw value; undefined when absent.</summary>
    public JsonElement Raw(string name) => TryGet(name, out var value) ? value : default;

    /// <summary>Adds an error for each field that was not read. Call it last.</summary>
    public void RejectUnknown()
    {
        foreach (var name in _fields.Keys.Where(name => !_known.Contains(name)))
            _faults.Add(PathOf(name), $"is not a known field. Known fields: {string.Join(", ", _known.Order(StringComparer.Ordinal))}.");
    }

    private bool TryGet(string name, out JsonElement value)
    {
        _known.Add(name);
        return _fields.TryGetValue(name, out value) && value.ValueKind != JsonValueKind.Null;
    }

    private T Fault<T>(string name, string message, T value, bool known = false)
    {
        if (known)
            _known.Add(name);
        _faults.Add(PathOf(name), message);
        return value;
    }

    private static string Wanted(long min, long max) =>
        (min, max) == (long.MinValue, long.MaxValue) ? "must be an integer" : $"must be an integer from {min} to {max}";

    private static string Alternatives(string[] choices)
    {
        var quoted = choices.Select(choice => $"\"{choice}\"").ToArray();
        return quoted.Length == 1 ? quoted[0] : $"{string.Join(", ", quoted[..^1])} or {quoted[^1]}";
    }

    private static string Describe(JsonElement value)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.Undefined => "nothing",
            JsonValueKind.Array => string.Create(CultureInfo.InvariantCulture, $"a list of {value.GetArrayLength()}"),
            JsonValueKind.Object => "an object",
            _ => value.GetRawText(),
        };
        return text.Length > 80 ? text[..80] + "..." : text;
    }
}
