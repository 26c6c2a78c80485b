namespace Linnaeus.Vision.Checkpoints;

/// <summary>One tensor in a safetensors file.</summary>
/// <param name="Name">Name in the state dict.</param>
/// <param name="DType">Element type as the format spells it, e.g. <c>F32</c>.</param>
/// <param name="Shape">Sizes; empty for a scalar.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">Byte after the last.</param>
public sealed record SafetensorsEntry(string Name, string DType, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>Shape as people write it, e.g. <c>[32, 3, 3, 3]</c>.</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}
