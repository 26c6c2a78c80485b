namespace Linnaeus.Vision.Data;

/// <summary>Image counts of one class.</summary>
public sealed record ClassCount(string Class, int Train, int Validation, int Test);

/// <summary>Class balance of a dataset.</summary>
/// <param name="Imbalance">Class imbalance ratio: training images of the largest class divided by those of the smallest.</param>
/// <param name="Smallest">The class with the fewest training images.</param>
/// <param name="Largest">The class with the most.</param>
/// <param name="Classes">All of them, in the dataset's order.</param>
public sealed record ClassBalance(double Imbalance, ClassCount Smallest, ClassCount Largest, IReadOnlyList<ClassCount> Classes)
{
    /// <summary>Above this ratio, class balancing is recommended.</summary>
    public const double Notable = 2;

    /// <summary>Counts the images per class.</summary>
    public static ClassBalance Of(Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        int[] Count(IReadOnlyList<Sample> samples)
        {
            var counts = new int[dataset.Classes.Count];
            foreach (var sample in samples)
                counts[sample.Label]++;
            return counts;
        }

        var (train, validation, test) = (Count(dataset.Train), Count(dataset.Validation), Count(dataset.Test));
        ClassCount[] classes = [.. dataset.Classes.Select((name, label) => new ClassCount(name, train[label], validation[label], test[label]))];
        var (smallest, largest) = (classes.MinBy(count => count.Train)!, classes.MaxBy(count => count.Train)!);
        return new ClassBalance((double)largest.Train / Math.Max(1, smallest.Train), smallest, largest, classes);
    }
}
