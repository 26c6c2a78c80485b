using static TorchSharp.torch;

namespace Linnaeus.Vision.Explanations;

internal static class TensorValues
{
    /// <summary>The values of a float32 tensor in C order.</summary>
    public static float[] ToFloats(this Tensor tensor)
    {
        using var here = tensor.cpu();
        using var packed = here.contiguous();
        return packed.data<float>().ToArray();
    }

    /// <summary>
    /// The gradient of <c>sum(direction * output)</c> with respect to a leaf that requires one. TorchSharp's <c>autograd.grad</c>
    /// does the same, but any error in it, such as out of memory, ends the process, because its native side catches no exceptions.
    /// </summary>
    public static Tensor GradientOf(this Tensor leaf, Tensor output, Tensor direction)
    {
        autograd.backward([output], [direction], inputs: [leaf]);
        return leaf.grad ?? throw new InvalidOperationException("The output does not depend on this tensor.");
    }
}
