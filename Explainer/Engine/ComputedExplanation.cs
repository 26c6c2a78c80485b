using Linnaeus.Vision.Explanations;
using Linnaeus.Vision.Imaging;

namespace Linnaeus.Explainer.Engine;

/// <summary>The result of a computation, before it is stored.</summary>
/// <param name="Summary">Figures and parameters.</param>
/// <param name="Attribution">Raw: [H, W] in 0..1 for Grad-CAM, signed [3, H, W] in logit units for Integrated Gradients.</param>
/// <param name="Map">[H, W] in 0..1 for the eye.</param>
/// <param name="Picture">What the network saw, H x W.</param>
public sealed record ComputedExplanation(ExplanationSummary Summary, Attribution Attribution, float[] Map, Image Picture);
