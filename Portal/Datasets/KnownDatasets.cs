using System.Text.Json;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Datasets;

/// <summary>A dataset that can be looked at.</summary>
/// <param name="Name">As a spec names it.</param>
/// <param name="Detail">What a training took of it, or what it is.</param>
/// <param name="LastUsed">When a training was last submitted with it.</param>
public sealed record KnownDataset(DatasetReference Reference, string Name, string Detail, int Trainings, DateTimeOffset? LastUsed)
{
    private static readonly KnownDataset[] Official =
    [
        new(new("synthetic-flowers", null), "synthetic-flowers", "drawn flowers: always there, for a first try", 0, null),
        new(new("flowers102", null), "flowers102", "Oxford Flowers-102, once a training has fetched it", 0, null),
    ];

    /// <summary>Those of the latest trainings, the newest first, then the official ones.</summary>
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
            .Where(one => one.Item1 is not null).Select(one => FormattableString.Invariant($"at most {one.Item1} {one.Item2}"))),
        ({ } options, _) => FormattableString.Invariant($"{options.Classes} classes of {options.TrainPerClass} + {options.ValPerClass} + {options.TestPerClass}, seed {options.Seed}"),
        _ => "all of it",
    };
}
