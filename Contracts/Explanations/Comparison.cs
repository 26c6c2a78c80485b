namespace Linnaeus.Contracts;

/// <summary>
/// <c>POST /api/explanations/compare</c> at the Explainer: explains the same images with two versions. Without a target each version
/// explains the class that it predicts.
/// </summary>
public sealed record ComparisonRequest : MethodParameters
{
    /// <summary>Two versions, each <c>models:/name/3</c> or <c>models:/name@alias</c>. Required.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>1 to 8 images, each as <see cref="ExplanationRequest.Image"/>. Required.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <inheritdoc cref="ExplanationRequest.Target"/>
    public ClassReference? Target { get; init; }

    /// <inheritdoc cref="ExplanationRequest.Against"/>
    public ClassReference? Against { get; init; }
}

/// <summary>Answer of <c>POST /api/explanations/compare</c>.</summary>
/// <param name="Comparisons">One for each image, in order.</param>
/// <param name="MeanRankCorrelation">Absent where no image has one.</param>
/// <param name="SamePredictions">Images for which both versions predict the same class.</param>
public sealed record ComparisonAnswer(
    IReadOnlyList<ImageComparison> Comparisons, double? MeanRankCorrelation, double MeanTopOverlap, int SamePredictions);

/// <summary>One image explained with two versions.</summary>
/// <param name="Explanations">By the first and by the second version; both are stored.</param>
/// <param name="SamePrediction">Whether both predict a class of the same name.</param>
/// <param name="SameTarget">Whether the maps explain a class of the same name; maps of different classes may differ.</param>
/// <param name="RankCorrelation">Spearman's, between the heat maps: 1 for the same order, 0 for unrelated. Absent where a map is
/// flat.</param>
/// <param name="TopOverlap">Intersection over union of the top 10% of the pixels, 0..1.</param>
public sealed record ImageComparison(
    IReadOnlyList<ExplanationAnswer> Explanations, bool SamePrediction, bool SameTarget, double? RankCorrelation, double TopOverlap);
