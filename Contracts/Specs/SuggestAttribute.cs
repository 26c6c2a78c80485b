namespace Linnaeus.Contracts;

/// <summary>Values or prefixes that a form suggests for a text field.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SuggestAttribute(params string[] values) : Attribute
{
    public IReadOnlyList<string> Values { get; } = values;
}
