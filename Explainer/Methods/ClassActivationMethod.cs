using Linnaeus.Registry.Client;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Explanations;
using TorchSharp;

namespace Linnaeus.Explainer.Methods;

/// <summary>Grad-CAM or Grad-CAM++.</summary>
internal sealed class ClassActivationMethod(ExplanationMethod method, string? layer) : IExplanationMethod
{
    public MethodParameters Parameters { get; } = new() { Method = method, Layer = layer };

    public bool SharesPasses => true;

    public string HeatMap => "ReLU, bilinear upsampling, min-max";

    public IReadOnlyList<Explanation> Explain(
        LoadedModel model, torch.Tensor images, IReadOnlyList<ExplanationTarget> targets, int chunkSize, CancellationToken cancellationToken) =>
        method == ExplanationMethod.GradCam
            ? GradCam.Explain(model.Network, images, targets, layer)
            : GradCamPlusPlus.Explain(model.Network, images, targets, layer);

    public ExplanationSummary Describe(Explanation explanation, ExplanationSummary summary)
    {
        var result = (ClassActivationResult)explanation;
        return summary with
        {
            Layer = result.Layer,
            CamIdentityResidual = result.IdentityResidual,
            HasPositiveEvidence = result.HasPositiveEvidence,
            PositiveShare = result.PositiveShare,
        };
    }
}
