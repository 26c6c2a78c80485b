namespace Linnaeus.Vision.Training;

/// <summary>Seeds that depend only on where a run stands, never on how it came there.</summary>
public static class StepSeed
{
    /// <summary>A well-mixed number from 0 for a place in a run (SplitMix64, Steele et al. 2014, over the parts in turn).</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">Epoch from 1.</param>
    /// <param name="step">Step within the epoch from 0.</param>
    public static long Derive(long seed, long epoch, long step)
    {
        var mixed = Mix(Mix(Mix((ulong)seed) ^ (ulong)epoch) ^ (ulong)step);
        return (long)(mixed >> 1);
    }

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
