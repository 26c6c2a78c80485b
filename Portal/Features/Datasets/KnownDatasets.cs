using System.Text.Json;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Features.Datasets;

/// <summary>A dataset to browse.</summary>
/// <param name="Name">As specs spell it.</param>
/// <param name="Detail">The part that a run used, or a description.</param>
/// <param name="Trainings">Number of runs that used it.</param>
/// <param name="LastUsed">When the latest of these runs was submitted.</param>
public sealed record KnownDataset(DatasetReference Reference, string Name, string Detail, int Trainings, DateTimeOffset? LastUsed)
{
    private static readonly KnownDataset[] Official =
    [
        new(new(DatasetNames.SyntheticFlowers, null), DatasetNames.SyntheticFlowers, "Synthetic demo dataset", 0, null),
        new(new(DatasetNames.Flowers102, null), DatasetNames.Flowers102, "Oxford Flowers-102, available after a run has downloaded it", 0, null),
    ];

    /// <summary>Datasets of recent runs, latest first, then the built-in ones.</summary>
    public static IReadOnlyList<KnownDataset> Of(IReadOnlyList<Job> trainings)
    {
        var used = trainings.Select(job => (job, spec: job.Spec.Deserialize<TrainingSpec>(ApiJson.Options)))
            .Where(pair => pair.spec is { Dataset.Length: > 0 })
            .GroupBy(pair => (pair.spec!.Dataset, pair.spec.Synthetic, pair.spec.Subset))
            .Select(group => new KnownDataset(
                new(null, group.First().job.Id), group.Key.Dataset, Detailed(group.Key.Synthetic, group.Key.Subset), group.Count(), group.First().job.CreatedAt));
        return [.. used, .. Official];
    }

    private static string Detailed(SyntheticDatasetOptions? drawn, SubsetOptions? subset) => (drawn, subset) switch
    {
        (_, { } part) => string.Join(", ", new[] { (part.MaxTrain, "train"), (part.MaxValidation, "validation"), (part.MaxTest, "test") }
            .Where(one => one.Item1 is not null).Select(one => FormattableString.Invariant($"max {one.Item1} {one.Item2}"))),
        ({ } options, _) => FormattableString.Invariant($"{options.Classes} classes, {options.TrainPerClass}/{options.ValPerClass}/{options.TestPerClass} per class, seed {options.Seed}"),
        _ => "full dataset",
    };
}
