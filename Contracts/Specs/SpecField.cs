using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Linnaeus.Contracts;

/// <summary>Type of a spec's field.</summary>
public enum SpecFieldKind { Text, Integer, Number, Flag, Choice, List }

/// <summary>
/// A field of a spec, read from its property's attributes. Validation, the Train form, <c>docs/SPEC.md</c> and the CLI's help use it.
/// </summary>
public sealed record SpecField
{
    private readonly PropertyInfo _property;
    private readonly DisplayAttribute? _display;

    internal SpecField(PropertyInfo property, string prefix, object defaults, (OnlyWithAttribute Rule, string Path)? only)
    {
        (_property, _display) = (property, property.GetCustomAttribute<DisplayAttribute>());
        Name = SpecFields.NameOf(property);
        Path = prefix + Name;
        Default = property.GetValue(defaults);
        (Kind, ValueType) = KindOf(property.PropertyType);
        (OnlyWith, OnlyWithPath) = (only?.Rule, only?.Path ?? "");
        IsRequired = property.IsDefined(typeof(RequiredAttribute));
        Suggestions = property.GetCustomAttribute<SuggestAttribute>()?.Values ?? [];
        Choices = ValueType.IsEnum ? Choice.Names(ValueType) : [];
        Range = property.GetCustomAttribute<RangeAttribute>() is not { } range ? null : new Interval(
            Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture), !range.MinimumIsExclusive,
            Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture), !range.MaximumIsExclusive);
        Length = property.GetCustomAttribute<LengthAttribute>() is { } length ? (length.MinimumLength, length.MaximumLength) : null;
    }

    /// <summary>JSON name, e.g. <c>patience</c>.</summary>
    public string Name { get; }

    /// <summary>Path within the spec, e.g. <c>early_stopping.patience</c>.</summary>
    public string Path { get; }

    public SpecFieldKind Kind { get; }

    /// <summary>Type of the value, or of a list's items.</summary>
    public Type ValueType { get; }

    public object? Default { get; }

    public bool IsRequired { get; }

    public string Label => _display?.Name ?? Name;

    public string Description => _display?.Description ?? "";

    /// <summary>Section of the form; empty for fields without a form input.</summary>
    public string Group => _display?.GroupName ?? "";

    /// <summary>Example value.</summary>
    public string Example => _display?.Prompt ?? "";

    /// <summary>When the field applies; for a nested field, when its parent record does.</summary>
    public OnlyWithAttribute? OnlyWith { get; }

    /// <summary>Path of the field that <see cref="OnlyWith"/> refers to.</summary>
    public string OnlyWithPath { get; }

    /// <summary>Description and range in one sentence.</summary>
    public string Hint => string.Join("; ", new[] { Description, Range?.ToString() ?? "", IsRequired ? "required" : "" }.Where(part => part.Length > 0)) is { Length: > 0 } hint
        ? hint + "." : "";

    public IReadOnlyList<string> Suggestions { get; }

    /// <summary>JSON names of a choice or a list of choices; empty for other fields.</summary>
    public IReadOnlyList<string> Choices { get; }

    /// <summary>Range of a number.</summary>
    public Interval? Range { get; }

    /// <summary>Minimum and maximum number of items in a list, or of characters in a text.</summary>
    public (int Min, int Max)? Length { get; }

    /// <summary>The default as JSON; null where the field is absent by default.</summary>
    public string? DefaultJson => Default is null or "" ? null : JsonSerializer.Serialize(Default, _property.PropertyType, ApiJson.Options);

    private static (SpecFieldKind Kind, Type Value) KindOf(Type type)
    {
        var value = Nullable.GetUnderlyingType(type) ?? type;
        if (value.IsGenericType && value.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            return (SpecFieldKind.List, value.GetGenericArguments()[0]);
        var kind = value switch
        {
            { IsEnum: true } => SpecFieldKind.Choice,
            _ when value == typeof(bool) => SpecFieldKind.Flag,
            _ when value == typeof(int) || value == typeof(long) => SpecFieldKind.Integer,
            _ when value == typeof(double) => SpecFieldKind.Number,
            _ when value == typeof(string) => SpecFieldKind.Text,
            _ => throw new InvalidOperationException($"A spec's field cannot be a {type.Name}."),
        };
        return (kind, value);
    }
}
