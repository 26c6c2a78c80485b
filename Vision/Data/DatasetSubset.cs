using System.Security.Cryptography;
using System.Text;

namespace Linnaeus.Vision.Data;

/// <summary>A stratified subset of each split for quick tests.</summary>
public sealed record DatasetSubset
{
    /// <summary>Max training images; null keeps all.</summary>
    public int? MaxTrain { get; init; }

    /// <summary>Max validation images; null keeps all.</summary>
    public int? MaxValidation { get; init; }

    /// <summary>Max test images; null keeps all.</summary>
    public int? MaxTest { get; init; }

    /// <summary>Seed of the selection; separate from the run's seed, so that runs can share a subset.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>
    /// The subset, in dataset order. Its fingerprint is the SHA-256 over one line with the full dataset's fingerprint and one line for each
    /// selected image's id, sorted; a dataset that is small enough is unchanged.
    /// </summary>
    /// <exception cref="DatasetException">A class would have no training images.</exception>
    internal Dataset Of(Dataset whole)
    {
        var (train, validation, test) = (Choose(whole.Train, MaxTrain), Choose(whole.Validation, MaxValidation), Choose(whole.Test, MaxTest));
        if (train.Count + validation.Count + test.Count == whole.All.Count())
            return whole;
        var present = train.Select(sample => sample.Label).ToHashSet();
        var lost = whole.Classes.Where((_, label) => !present.Contains(label)).ToList();
        if (lost.Count > 0)
            throw new DatasetException(
                $"With {train.Count} training images of {whole.Name}, {lost.Count} of {whole.Classes.Count} classes have none, e.g. \"{lost[0]}\". "
                + "Increase max_train.");
        return whole with
        {
            Train = train,
            Validation = validation,
            Test = test,
            Fingerprint = FingerprintOf(whole.Fingerprint, train.Concat(validation).Concat(test)),
            SplitOrigin = $"{whole.SplitOrigin}, stratified subset, seed {Seed}",
        };
    }

    private IReadOnlyList<Sample> Choose(IReadOnlyList<Sample> samples, int? most) =>
        most is null ? samples : [.. StratifiedSubset.Choose(samples, most.Value, Seed).Select(index => samples[index])];

    private static string FingerprintOf(string whole, IEnumerable<Sample> samples)
    {
        var lines = samples.Select(sample => sample.Id).Order(StringComparer.Ordinal).Prepend(whole).Select(line => line + "\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }
}
