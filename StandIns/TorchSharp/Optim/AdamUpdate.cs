using TorchSharp.Interop;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>What Adam remembers of one parameter.</summary>
internal readonly record struct AdamMoments(Tensor Mean, Tensor Square, Tensor? Largest, long Step);

/// <summary>The numbers of one update by Adam or AdamW.</summary>
internal readonly record struct AdamRates(double LearningRate, double Beta1, double Beta2, double Eps, double Decay, bool Decoupled, bool Maximize)
{
    /// <summary>One native call for all parameters of a group.</summary>
    /// <returns>The steps of each parameter from now on; those without a gradient stay where they were.</returns>
    public long[] Update(Parameter[] parameters, AdamMoments[] moments)
    {
        long[] steps = [.. moments.Select(m => m.Step)];
        Native.Check(Native.torch_adam_step(
            Native.Handles(parameters), Native.Handles(moments.Select(m => m.Mean)), Native.Handles(moments.Select(m => m.Square)),
            [.. moments.Select(m => m.Largest is { } largest ? largest.Handle : 0)], parameters.Length, steps, LearningRate, Beta1, Beta2, Eps, Decay, Decoupled, Maximize));
        GC.KeepAlive(parameters);
        GC.KeepAlive(moments);
        return steps;
    }
}
