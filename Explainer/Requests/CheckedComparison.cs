using Linnaeus.Registry.Client;

namespace Linnaeus.Explainer.Requests;

/// <summary>A valid <see cref="ComparisonRequest"/>: for each image the explanation by the first and by the second version.</summary>
public sealed record CheckedComparison(IReadOnlyList<(CheckedExplanation First, CheckedExplanation Second)> Pairs);

/// <summary>A valid <see cref="PredictionRequest"/>.</summary>
public sealed record CheckedPrediction(ModelUri Model, IReadOnlyList<ImageReference> Images);
