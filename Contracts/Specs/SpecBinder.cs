using System.Reflection;
using System.Text.Json;

namespace Linnaeus.Contracts;

/// <summary>Reads specs by the attributes of their properties and collects every error.</summary>
public static class SpecBinder
{
    /// <summary>
    /// Reads a spec with its defaults filled in; an invalid field has its default. Call <see cref="CheckOnlyWith{T}"/> after custom checks.
    /// </summary>
    /// <param name="json">The spec's object.</param>
    /// <param name="others">Fields that the caller reads.</param>
    public static T Read<T>(this SpecReader json, params string[] others) where T : class, new()
    {
        ArgumentNullException.ThrowIfNull(json);
        foreach (var other in others)
            json.Raw(other);
        return (T)Read(typeof(T), json);
    }

    /// <summary>Rejects fields that another field excludes.</summary>
    public static void CheckOnlyWith<T>(this SpecReader json, T spec, Faults faults) where T : class, new()
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(faults);
        foreach (var property in SpecFields.PropertiesOf(typeof(T)))
        {
            if (property.GetCustomAttribute<OnlyWithAttribute>() is not { } rule || property.GetValue(spec) is null)
                continue;
            var other = typeof(T).GetProperty(rule.Field)!;
            var (path, otherPath) = (json.PathOf(SpecFields.NameOf(property)), json.PathOf(SpecFields.NameOf(other)));
            var given = Text(other.GetValue(spec));
            if (!faults.Has(path) && !faults.Has(otherPath) && !rule.Allows(given))
                faults.Add(path, $"requires {SpecFields.NameOf(other)} {Described(rule)}, got {Quoted(given)}.");
        }
    }

    private static object Read(Type type, SpecReader json)
    {
        var spec = Activator.CreateInstance(type)!;
        var fields = SpecFields.Of(type).ToDictionary(field => field.Path);
        foreach (var property in SpecFields.PropertiesOf(type))
            property.SetValue(spec, fields.TryGetValue(SpecFields.NameOf(property), out var field) ? Value(field, json)
                : json.Child(SpecFields.NameOf(property)) is { } child ? Read(property.PropertyType, child) : null);
        json.RejectUnknown();
        return spec;
    }

    private static object? Value(SpecField field, SpecReader json) => field.Kind switch
    {
        SpecFieldKind.Text when field.IsRequired => json.RequiredText(field.Name, field.Example, field.Length?.Max ?? SpecReader.LongestText),
        _ when !json.Has(field.Name) => Absent(field, json),
        SpecFieldKind.Text => json.Text(field.Name, (string?)field.Default ?? "", field.Length?.Max ?? SpecReader.LongestText),
        SpecFieldKind.Integer when field.ValueType == typeof(int) => (int)Integer(field, json),
        SpecFieldKind.Integer => Integer(field, json),
        SpecFieldKind.Number => json.Real(field.Name, (double?)field.Default ?? field.Range?.Inside ?? 0, field.Range ?? Interval.Any),
        SpecFieldKind.Flag => json.Flag(field.Name, (bool)field.Default!),
        SpecFieldKind.Choice => Choice.Parse(field.ValueType, json.Choice(field.Name, Text(field.Default) ?? field.Choices[0], [.. field.Choices])),
        SpecFieldKind.List => List(field, json),
        _ => throw new InvalidOperationException($"{field.Kind} cannot be read."),
    };

    /// <summary>Returns the default and marks the field as known.</summary>
    private static object? Absent(SpecField field, SpecReader json)
    {
        json.Raw(field.Name);
        return field.Default;
    }

    private static long Integer(SpecField field, SpecReader json)
    {
        var (min, max) = field.Range is { } range ? ((long)range.Min, (long)range.Max) : (long.MinValue, long.MaxValue);
        return json.Integer(field.Name, field.Default is { } standard ? Convert.ToInt64(standard, null) : min, min, max);
    }

    private static object? List(SpecField field, SpecReader json)
    {
        var (min, max) = field.Length ?? (0, int.MaxValue);
        if (!field.ValueType.IsEnum)
            return json.Texts(field.Name, (IReadOnlyList<string>?)field.Default ?? [], min, max);
        var names = json.Choices(field.Name, field.Choices, min, max);
        var values = Array.CreateInstance(field.ValueType, names.Count);
        for (var i = 0; i < names.Count; i++)
            values.SetValue(Choice.Parse(field.ValueType, names[i]), i);
        return values;
    }

    private static string? Text(object? value) => value is null ? null : JsonSerializer.SerializeToElement(value, value.GetType(), ApiJson.Options).ToString();

    private static string Described(OnlyWithAttribute rule) => rule.Values.Count > 0 ? string.Join(" or ", rule.Values.Select(Quoted)) : $"other than {Quoted(rule.Except)}";

    private static string Quoted(string? value) => $"\"{value}\"";
}
