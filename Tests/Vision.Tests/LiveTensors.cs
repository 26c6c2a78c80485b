namespace Linnaeus.Vision.Tests;

/// <summary>Counts live tensors after a garbage collection, so that leftovers of earlier tests do not disturb
/// the count.</summary>
internal static class LiveTensors
{
    public static long Count()
    {
        for (var round = 0; round < 2; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return TorchSharp.torch.Tensor.TotalCount;
    }
}
