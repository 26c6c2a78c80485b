using System.Globalization;
using Linnaeus.Registry.Client.Work;
using TorchSharp;

namespace Linnaeus.Trainer.Runs;

/// <summary>Resolves the device of a spec.</summary>
internal static class DeviceChoice
{
    /// <param name="asked"><c>auto</c> (a GPU if there is one), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <exception cref="JobFaultException">This machine has no such device.</exception>
    public static torch.Device Resolve(string asked)
    {
        if (asked == "cpu" || (asked == "auto" && !torch.cuda.is_available()))
            return torch.CPU;
        if (asked == "auto")
            return torch.device("cuda");
        if (!torch.cuda.is_available())
            throw new JobFaultException(
                $"Device '{asked}' was requested, but this trainer has no CUDA device. Use device 'cpu' or 'auto', or start a trainer on a "
                + "machine with an NVIDIA GPU, built with -p:Accelerator=cuda or with LIBTORCH set to a PyTorch with CUDA.");
        var index = asked == "cuda" ? 0 : int.Parse(asked["cuda:".Length..], CultureInfo.InvariantCulture);
        if (index >= torch.cuda.device_count())
            throw new JobFaultException($"Device '{asked}' was requested, but this trainer has {torch.cuda.device_count()} CUDA device(s), numbered from 0.");
        return torch.device(asked);
    }
}
