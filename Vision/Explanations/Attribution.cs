namespace Linnaeus.Vision.Explanations;

/// <summary>Numbers over an image, in C order.</summary>
/// <param name="Values">As many as the product of the shape.</param>
/// <param name="Shape">[H, W] or [3, H, W].</param>
public sealed record Attribution(float[] Values, IReadOnlyList<int> Shape)
{
    /// <summary>Writes a NumPy file (float32, C order, version 1.0).</summary>
    public void WriteNpy(Stream stream) => NpyFile.Write(stream, Values, Shape);
}
