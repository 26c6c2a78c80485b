namespace Linnaeus.StandIns.Tests.Torch;

/// <summary>How many tensors there are once the collector has taken what earlier tests left to it, which it would otherwise do at any time
/// while a test counts.</summary>
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
