using Linnaeus.Registry.Client;

namespace Linnaeus.Trainer.Runs;

/// <summary>A run that needs more memory than its device has.</summary>
public static class MemoryShortage
{
    /// <summary>Whether memory ran out, on a GPU ("CUDA out of memory ...") or the host.</summary>
    public static bool Is(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error is OutOfMemoryException
            || error.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
            || error.Message.Contains("ALLOC_FAILED", StringComparison.Ordinal)
            || error.Message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Suggests what to try. Half the batch with twice the accumulation is equivalent except for batch statistics.</summary>
    public static string Describe(Exception error, TrainingSpec spec)
    {
        ArgumentNullException.ThrowIfNull(error);
        ArgumentNullException.ThrowIfNull(spec);
        var precision = spec.Precision == Precision.Fp32 ? ", or precision \"bf16\"" : "";
        var remedy = spec.BatchSize > 1
            ? $"Try batch_size {spec.BatchSize / 2} with accumulation_steps {spec.AccumulationSteps * 2}{precision}."
            : $"Try a smaller image_size{precision}.";
        return $"Out of memory with batch_size {spec.BatchSize} at image_size {spec.ImageSize}. {remedy} ({error.Message})";
    }
}
