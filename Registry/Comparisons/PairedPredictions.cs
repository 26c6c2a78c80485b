using Linnaeus.Registry.Evaluations;

namespace Linnaeus.Registry.Comparisons;

/// <summary>Predictions of two versions on the same images, in the order of the image ids.</summary>
public sealed class PairedPredictions
{
    private PairedPredictions(List<(TestedImage First, TestedImage Second)> pairs) => Pairs = pairs;

    public IReadOnlyList<(TestedImage First, TestedImage Second)> Pairs { get; }

    public int Count => Pairs.Count;

    public int FirstRight => Pairs.Count(pair => pair.First.Correct);

    public int SecondRight => Pairs.Count(pair => pair.Second.Correct);

    /// <summary>Images that only the first classifies correctly.</summary>
    public int Lost => Pairs.Count(pair => pair.First.Correct && !pair.Second.Correct);

    /// <summary>Images that only the second classifies correctly.</summary>
    public int Gained => Pairs.Count(pair => !pair.First.Correct && pair.Second.Correct);

    /// <summary>Null when the two were not tested on the same images, for the returned <paramref name="reason"/>.</summary>
    public static PairedPredictions? Of(VersionEvaluation first, VersionEvaluation second, out string? reason)
    {
        reason = WhyNot(first, second);
        return reason is not null ? null
            : new PairedPredictions([.. first.Images.Keys.Order(StringComparer.Ordinal).Select(id => (first.Images[id], second.Images[id]))]);
    }

    /// <summary>
    /// Whether both have the same test set: their datasets have the same fingerprint, or, where only the training images differ, every
    /// test image has the same bytes and label.
    /// </summary>
    public static bool IsSameTest(VersionEvaluation first, VersionEvaluation second) =>
        (first.Fingerprint is not null && first.Fingerprint == second.Fingerprint) || HaveSameImages(first, second);

    private static bool HaveSameImages(VersionEvaluation first, VersionEvaluation second) =>
        first.Images.Count > 0 && first.Images.Count == second.Images.Count && first.Classes.SequenceEqual(second.Classes)
        && first.Images.Values.All(image => image.Sha256 is not null
            && second.Images.TryGetValue(image.Id, out var other) && (other.Sha256, other.Label) == (image.Sha256, image.Label));

    private static string? WhyNot(VersionEvaluation first, VersionEvaluation second)
    {
        foreach (var one in new[] { first, second })
        {
            if (one.Images.Count == 0) return $"the run of {one} logged no predictions (evaluation/test.json).";
            if (one.Fingerprint is null) return $"the evaluation of {one} has no dataset fingerprint.";
        }
        if (!IsSameTest(first, second))
            return $"they were tested on different data: {first} on {first.Fingerprint}, {second} on {second.Fingerprint}. "
                + "Evaluate both on the same test split.";
        var (ids, others) = (first.Images.Keys, second.Images.Keys);
        var unknown = ids.Except(others).Concat(others.Except(ids)).Order(StringComparer.Ordinal).ToList();
        if (unknown.Count > 0) return $"{unknown.Count} test images, such as '{unknown[0]}', are in one evaluation only.";
        var relabelled = ids.Where(id => first.Images[id].Label != second.Images[id].Label).Order(StringComparer.Ordinal).ToList();
        return relabelled.Count > 0 ? $"{relabelled.Count} test images, such as '{relabelled[0]}', have different labels." : null;
    }
}
