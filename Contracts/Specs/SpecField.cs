using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Linnaeus.Contracts;

/// <summary>What a field of a spec holds.</summary>
public enum SpecFieldKind { Text, Integer, Number, Flag, Choice, List }

/// <summary>
/// A field of a spec as its property's attributes describe it. Validation, the Train form, <c>docs/SPEC.md</c> and the CLI's help come from it.
/// </summary>
public sealed record SpecField
{
    private readonly PropertyInfo _property;
    private readonly DisplayAttribute? _display;

    private SpecField(PropertyInfo property, string prefix, object defaults, (OnlyWithAttribute Rule, string Path)? parent)
    {
        (_property, _display) = (property, property.GetCustomAttribute<DisplayAttribute>());
        Name = SpecFields.NameOf(property);
        Path = prefix + Name;
        Default = property.GetValue(defaults);
        (Kind, ValueType) = KindOf(property.PropertyType);
        IsNullable = Nullable.GetUnderlyingType(property.PropertyType) is not null || new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;
        var own = property.GetCustomAttribute<OnlyWithAttribute>();
        (OnlyWith, OnlyWithPath) = own is not null ? (own, prefix + SpecFields.NameOf(own.Field)) : (parent?.Rule, parent?.Path ?? "");
        Suggestions = property.GetCustomAttribute<SuggestAttribute>()?.Values ?? [];
    }

    /// <summary>Name in JSON, e.g. <c>patience</c>.</summary>
    public string Name { get; }

    /// <summary>Name from the spec on, e.g. <c>early_stopping.patience</c>.</summary>
    public string Path { get; }

    public SpecFieldKind Kind { get; }

    /// <summary>Type of a value; of a list, of its elements.</summary>
    public Type ValueType { get; }

    public object? Default { get; }

    public bool IsNullable { get; }

    public bool IsRequired => _property.IsDefined(typeof(RequiredAttribute));

    public string Label => _display?.Name ?? Name;

    public string Description => _display?.Description ?? "";

    /// <summary>Section of the form; empty for fields that no form shows.</summary>
    public string Group => _display?.GroupName ?? "";

    /// <summary>A value for people to see what is meant.</summary>
    public string Example => _display?.Prompt ?? "";

    /// <summary>When the field counts; of a nested one, when the record that holds it does.</summary>
    public OnlyWithAttribute? OnlyWith { get; }

    /// <summary>Path of the field that <see cref="OnlyWith"/> looks at.</summary>
    public string OnlyWithPath { get; }

    /// <summary>Description and range for people, one sentence.</summary>
    public string Hint => string.Join("; ", new[] { Description, Range?.ToString() ?? "", IsRequired ? "required" : "" }.Where(part => part.Length > 0)) is { Length: > 0 } hint
        ? hint + "." : "";

    public IReadOnlyList<string> Suggestions { get; }

    /// <summary>Names of the values of a choice or of a list of choices; empty for other fields.</summary>
    public IReadOnlyList<string> Choices => ValueType.IsEnum ? Choice.Names(ValueType) : [];

    /// <summary>Range of a number.</summary>
    public Interval? Range => _property.GetCustomAttribute<RangeAttribute>() is not { } range ? null : new Interval(
        Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture), !range.MinimumIsExclusive,
        Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture), !range.MaximumIsExclusive);

    /// <summary>Fewest and most items of a list, or characters of a text.</summary>
    public (int Min, int Max)? Length => _property.GetCustomAttribute<LengthAttribute>() is { } length ? (length.MinimumLength, length.MaximumLength) : null;

    /// <summary>The default as JSON writes it; null where the field is absent by default.</summary>
    public string? DefaultJson => Default is null or "" ? null : JsonSerializer.Serialize(Default, _property.PropertyType, ApiJson.Options);

    internal static SpecField Of(PropertyInfo property, string prefix, object defaults, (OnlyWithAttribute Rule, string Path)? parent = null) =>
        new(property, prefix, defaults, parent);

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
