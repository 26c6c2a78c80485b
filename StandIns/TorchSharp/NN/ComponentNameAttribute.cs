namespace TorchSharp.Utils;

/// <summary>Another name for a field's component than the field's own.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class ComponentNameAttribute : Attribute
{
    public string Name { get; set; } = "";
}
