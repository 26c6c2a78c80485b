using System.Globalization;

namespace Linnaeus.Registry.Jobs.Sweeps;

/// <summary>A run's metric after an epoch, counted from 1.</summary>
public readonly record struct EpochValue(long Epoch, double Value);

/// <summary>
/// Golovin et al. 2017, "Google Vizier", section 3.2.2: a run is stopped when its best value up to its last epoch is strictly worse than
/// the median of the other runs' averages up to that epoch. All other runs that have reached the epoch count, running or not.
/// </summary>
/// <param name="options">When the rule applies.</param>
/// <param name="higherIsBetter">True for an accuracy, false for a loss.</param>
public sealed class MedianRule(MedianStoppingOptions options, bool higherIsBetter)
{
    /// <summary>Why the run should be stopped; null if it should continue.</summary>
    /// <param name="own">The run's values by epoch.</param>
    /// <param name="others">The values of each other run.</param>
    public string? Judge(IReadOnlyCollection<EpochValue> own, IEnumerable<IReadOnlyCollection<EpochValue>> others)
    {
        var epoch = own.Count == 0 ? 0 : own.Max(point => point.Epoch);
        if (epoch < options.MinEpochs)
            return null;
        double[] averages = [.. others
            .Where(points => points.Any(point => point.Epoch >= epoch))
            .Select(points => points.Where(point => point.Epoch <= epoch).Select(point => point.Value).DefaultIfEmpty(double.NaN).Average())
            .Where(double.IsFinite)
            .Order()];
        if (averages.Length < options.MinRuns)
            return null;
        var median = (averages[(averages.Length - 1) / 2] + averages[averages.Length / 2]) / 2;
        var best = higherIsBetter ? own.Max(point => point.Value) : own.Min(point => point.Value);
        return (higherIsBetter ? best < median : best > median)
            ? string.Create(CultureInfo.InvariantCulture, $"after epoch {epoch}: its best value is {best:g4}, the median of {averages.Length} other runs is {median:g4}")
            : null;
    }
}
