using Linnaeus.Explainer.Models;
using Linnaeus.Registry.Client;
using Linnaeus.Vision.Explanations;
using TorchSharp;

namespace Linnaeus.Explainer.Engine;

/// <summary>Measures the faithfulness of an explanation against baselines (random and center maps).</summary>
internal static class QualityMeasures
{
    /// <param name="image">float32 [1, 3, H, W], normalized: the image that was explained.</param>
    public static ExplanationQuality Of(
        LoadedVersion version, ExplanationInput input, torch.Tensor image, Explanation explanation, CancellationToken cancellationToken)
    {
        var (height, width) = ((int)image.shape[2], (int)image.shape[3]);
        var method = input.Request.Method;
        var seed = method.Parameters.Seed ?? 0;
        var grain = explanation is ClassActivationResult { Raw.Shape: var cells } ? cells : [height, width];
        PerturbationAreas Areas(float[] importance) => Perturbation.Measure(
            version.Model.Network, image, explanation.Target, importance, version.ChunkSize, cancellationToken);

        var map = Areas(explanation.Magnitude());
        var random = Areas(ControlMaps.Random(grain[0], grain[1], height, width, seed));
        var center = Areas(ControlMaps.Center(height, width));
        return new ExplanationQuality
        {
            Deletion = new ControlledFigure(map.Deletion, random.Deletion, center.Deletion),
            Insertion = new ControlledFigure(map.Insertion, random.Insertion, center.Insertion),
            PerturbationSteps = Perturbation.Steps,
            MaxSensitivity = Sensitivity.Max(
                explanation, image, (images, targets) => version.Explain(method, images, targets, cancellationToken), seed),
            SensitivityRadius = Sensitivity.Radius,
            SensitivitySamples = Sensitivity.Samples,
        };
    }
}
