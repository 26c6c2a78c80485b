using Linnaeus.Registry.Client;
using Linnaeus.Vision.Explanations;
using Linnaeus.Vision.Imaging;

namespace Linnaeus.Explainer.Engine;

/// <summary>The result of a computation, before it is stored.</summary>
/// <param name="Summary">Figures and parameters.</param>
/// <param name="Explanation">The attribution.</param>
/// <param name="Image">What the network saw, H x W.</param>
public sealed record ComputedExplanation(ExplanationSummary Summary, Explanation Explanation, Image Image);
