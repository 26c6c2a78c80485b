using Linnaeus.Explainer.Requests;
using Linnaeus.Registry.Client;
using Linnaeus.Vision.Explanations;

namespace Linnaeus.Explainer.Engine;

/// <summary>The explanations of one image by two versions.</summary>
public sealed record ComparedExplanations(ExplanationRecord First, ExplanationRecord Second, double? RankCorrelation, double TopOverlap);

/// <summary>Explains the same images with two versions and measures the similarity of the maps.</summary>
public sealed class ComparisonService(ExplanationService service, ExplanationStore store)
{
    /// <returns>In the order of the images.</returns>
    public async Task<IReadOnlyList<ComparedExplanations>> CompareAsync(CheckedComparison request, CancellationToken cancellationToken) =>
        await Task.WhenAll(request.Pairs.Select(pair => CompareAsync(pair.First, pair.Second, cancellationToken)));

    private async Task<ComparedExplanations> CompareAsync(CheckedExplanation first, CheckedExplanation second, CancellationToken cancellationToken)
    {
        var records = await Task.WhenAll(
            service.ExplainAsync(first, refuseWhenFull: true, cancellationToken), service.ExplainAsync(second, refuseWhenFull: true, cancellationToken));
        var maps = await Task.WhenAll(records.Select(record => store.ReadAsync(record, ExplanationStore.AttributionFile, cancellationToken)));
        var one = NpyFile.Read(maps[0]);
        var other = NpyFile.Read(maps[1]);
        var (height, width) = (one.Shape[^2], one.Shape[^1]);
        var (mine, theirs) = (one.Magnitude(), MapSimilarity.Resize(other.Magnitude(), (other.Shape[^2], other.Shape[^1]), (height, width)));
        return new ComparedExplanations(records[0], records[1], MapSimilarity.Spearman(mine, theirs), MapSimilarity.TopOverlap(mine, theirs));
    }
}
