using System.Globalization;
using System.Text.Json;
using Linnaeus.Registry.Evaluations;
using Linnaeus.Registry.Lineage;
using Linnaeus.Registry.Models;

namespace Linnaeus.Registry.Comparisons;

/// <summary>Compares versions.</summary>
internal sealed class VersionComparer(EvaluationReader evaluations, LineageReader lineage)
{
    private const int MostChanges = 1000;

    /// <param name="versions">At least two; the first is the baseline.</param>
    /// <param name="seed">Seed of the bootstrap.</param>
    public async Task<VersionComparison> CompareAsync(IReadOnlyList<VersionDetails> versions, int seed, CancellationToken cancellationToken)
    {
        var read = new List<VersionEvaluation>();
        var origins = new List<VersionLineage>();
        foreach (var version in versions)
        {
            read.Add(await evaluations.ReadAsync(version, cancellationToken));
            origins.Add(await lineage.ReadAsync(version, cancellationToken));
        }
        var names = read.SelectMany(e => e.Metrics.Keys).Distinct().Order(StringComparer.Ordinal);
        return new VersionComparison
        {
            Versions = read.ConvertAll(Describe),
            Metrics = [.. names.Select(name => new ComparedValues<double?>(name,
                read.ConvertAll(e => e.Metrics.TryGetValue(name, out var value) ? value : (double?)null)))],
            SpecDifferences = origins.TrueForAll(origin => origin.Spec is not null) ? SpecDifferences.OfSpecs(origins.ConvertAll(o => o.Spec!.Value))
                : SpecDifferences.OfParams(read.ConvertAll(e => e.Params)),
            Pairs = read.Skip(1).Select(other => Pair(read[0], other, seed, cancellationToken)).ToList(),
            Robustness = Robustness(read.ConvertAll(e => e.Robustness)),
            Explanations = ExplanationPairs.Of(origins.ConvertAll(origin => origin.Explanations)),
            Bootstrap = new BootstrapInfo(PairedBootstrap.Samples, seed, PairedBootstrap.Confidence),
        };
    }

    private static ComparedVersion Describe(VersionEvaluation evaluation) => new()
    {
        Model = evaluation.Details.Name,
        Version = evaluation.Details.Version.Version.ToString(CultureInfo.InvariantCulture),
        RunId = evaluation.Details.Version.RunId,
        Aliases = evaluation.Details.Aliases,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(evaluation.Details.Version.CreationTime),
        TestFingerprint = evaluation.Fingerprint,
        TestImages = evaluation.Images.Count,
        Calibration = evaluation.Calibration,
    };

    private static VersionPair Pair(VersionEvaluation first, VersionEvaluation second, int seed, CancellationToken cancellationToken)
    {
        var pairs = PairedPredictions.Of(first, second, out var reason);
        return new VersionPair
        {
            First = first.ToString(),
            Second = second.ToString(),
            Refusal = reason,
            Statistics = pairs is null ? null : Statistics(pairs, first.Classes, seed, cancellationToken),
        };
    }

    private static PairedStatistics Statistics(
        PairedPredictions pairs, IReadOnlyList<string> classes, int seed, CancellationToken cancellationToken)
    {
        var changes = pairs.Pairs.Where(p => p.First.Correct != p.Second.Correct).OrderBy(p => p.Second.Correct)
            .Select(p => new VerdictChange(
                p.First.Id, Name(p.First.Label), Name(p.First.Predicted), Name(p.Second.Predicted), p.Second.Correct, p.First.Sha256));
        return new PairedStatistics
        {
            Images = pairs.Count,
            Differences = new PairedBootstrap(pairs).Differences(seed, cancellationToken),
            Gained = pairs.Gained,
            Lost = pairs.Lost,
            McnemarP = McNemarTest.PValue(pairs.Lost, pairs.Gained),
            Classes = [.. pairs.Pairs.GroupBy(p => p.First.Label).Select(g => ClassChange(Name(g.Key), [.. g])).Where(c => c.Gained + c.Lost > 0)
                .OrderByDescending(c => Math.Abs(c.Second - c.First)).ThenBy(c => c.Name, StringComparer.Ordinal)],
            Changes = [.. changes.Take(MostChanges)],
        };

        string Name(int index) => index >= 0 && index < classes.Count ? classes[index] : index.ToString(CultureInfo.InvariantCulture);
    }

    private static ClassChange ClassChange(string name, (TestedImage First, TestedImage Second)[] images) => new(
        name,
        images.Length,
        images.Count(p => p.First.Correct),
        images.Count(p => p.Second.Correct),
        images.Count(p => !p.First.Correct && p.Second.Correct),
        images.Count(p => p.First.Correct && !p.Second.Correct));

    /// <summary>The uncorrupted images first, then every corruption in the order of the first version that has it.</summary>
    private static List<RobustnessPoint> Robustness(List<RobustnessReport?> reports)
    {
        var points = reports.ConvertAll(Points);
        return [.. points.SelectMany(p => p.Keys).Distinct().GroupBy(p => p.Corruption).SelectMany(g => g.OrderBy(p => p.Severity))
            .Select(p => new RobustnessPoint(p.Corruption, p.Severity,
                points.ConvertAll(of => of.TryGetValue(p, out var accuracy) ? accuracy : (double?)null)))];
    }

    private static Dictionary<(string Corruption, int Severity), double> Points(RobustnessReport? report)
    {
        var points = new Dictionary<(string, int), double>();
        if (report?.CleanAccuracy is { } clean) points[("none", 0)] = clean;
        foreach (var corruption in report?.Corruptions ?? [])
            foreach (var at in corruption?.Severities ?? [])
                if (corruption?.Name is { } name && at is not null) points[(name, at.Severity)] = at.Accuracy;
        return points;
    }
}
