namespace Linnaeus.Contracts;

/// <summary>The field counts only where another field of the same spec has one of some values, by their names in JSON.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OnlyWithAttribute(string field, params string[] values) : Attribute
{
    /// <summary>Name of the other field in C#.</summary>
    public string Field { get; } = field;

    /// <summary>Values that allow this field; none allows all but <see cref="Except"/>.</summary>
    public IReadOnlyList<string> Values { get; } = values;

    /// <summary>The value that rules this field out, where <see cref="Values"/> is empty.</summary>
    public string? Except { get; init; }

    public bool Allows(string? value) => Values.Count > 0 ? Values.Contains(value) : value != Except;
}
