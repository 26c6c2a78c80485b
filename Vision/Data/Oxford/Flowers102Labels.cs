namespace Linnaeus.Vision.Data.Oxford;

/// <summary>Labels and official split of Flowers-102.</summary>
/// <param name="Labels">Class of each image from 0; image <c>i</c> is the file <c>image_0000(i + 1).jpg</c>.</param>
/// <param name="Train">Positions in <paramref name="Labels"/>, ascending.</param>
/// <param name="Validation">The same.</param>
/// <param name="Test">The same.</param>
internal sealed record Flowers102Labels(
    IReadOnlyList<int> Labels, IReadOnlyList<int> Train, IReadOnlyList<int> Validation, IReadOnlyList<int> Test)
{
    /// <summary>Reads <c>imagelabels.mat</c> (<c>labels</c>, 1 to 102) and <c>setid.mat</c> (<c>trnid</c>, <c>valid</c>, <c>tstid</c>, from 1).</summary>
    /// <exception cref="DatasetException">A file breaks the format, or the splits do not contain every image exactly once.</exception>
    public static Flowers102Labels Read(byte[] labelsFile, byte[] splitsFile)
    {
        var labels = Whole(MatFile.Read(labelsFile, Flowers102.Labels), "labels", Flowers102.Labels, ClassNames.All.Count);
        var splits = MatFile.Read(splitsFile, Flowers102.Splits);
        int[] Split(string name) => [.. Whole(splits, name, Flowers102.Splits, labels.Length).Order()];
        var (train, validation, test) = (Split("trnid"), Split("valid"), Split("tstid"));
        if (!train.Concat(validation).Concat(test).Order().SequenceEqual(Enumerable.Range(0, labels.Length)))
            throw new DatasetException($"{Flowers102.Splits} does not assign each of the {labels.Length} images to exactly one split.");
        return new Flowers102Labels(labels, train, validation, test);
    }

    /// <summary>Integers of 1 to <paramref name="most"/>, minus 1.</summary>
    private static int[] Whole(MatFile file, string name, string fileName, int most)
    {
        var values = file[name].Values;
        var bad = values.Where(value => value != Math.Floor(value) || value < 1 || value > most).ToList();
        return bad.Count == 0
            ? [.. values.Select(value => (int)value - 1)]
            : throw new DatasetException($"{fileName}: \"{name}\" has the value {bad[0]}, expected 1 to {most}.");
    }
}
