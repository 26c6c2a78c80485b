namespace Linnaeus.Contracts;

/// <summary>Values, or beginnings of values, that a form offers for a text field.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SuggestAttribute(params string[] values) : Attribute
{
    public IReadOnlyList<string> Values { get; } = values;
}
