using static TorchSharp.torch;

namespace Linnaeus.Vision.Explanations;

internal static class TensorValues
{
    /// <summary>A float32 tensor's numbers in C order.</summary>
    public static float[] ToFloats(this Tensor tensor)
    {
        using var here = tensor.cpu();
        using var packed = here.contiguous();
        return packed.data<float>().ToArray();
    }
}
