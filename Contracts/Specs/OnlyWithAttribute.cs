namespace Linnaeus.Contracts;

/// <summary>The field applies only if another field of the same spec has one of these values, by their JSON names.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OnlyWithAttribute(string field, params string[] values) : Attribute
{
    /// <summary>C# name of the other field.</summary>
    public string Field { get; } = field;

    /// <summary>Values that allow this field; if empty, all but <see cref="Except"/> do.</summary>
    public IReadOnlyList<string> Values { get; } = values;

    /// <summary>The value that excludes this field, where <see cref="Values"/> is empty.</summary>
    public string? Except { get; init; }

    public bool Allows(string? value) => Values.Count > 0 ? Values.Contains(value) : value != Except;
}
