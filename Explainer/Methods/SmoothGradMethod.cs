using Linnaeus.Registry.Client;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Explanations;
using TorchSharp;

namespace Linnaeus.Explainer.Methods;

/// <summary>SmoothGrad.</summary>
internal sealed class SmoothGradMethod(SmoothGradOptions options) : IExplanationMethod
{
    public MethodParameters Parameters { get; } = new()
    {
        Method = ExplanationMethod.SmoothGrad,
        Samples = options.Samples,
        NoiseLevel = options.NoiseLevel,
        Seed = options.Seed,
    };

    public bool SharesPasses => false;

    public string HeatMap => HeatMaps.Magnitude;

    public IReadOnlyList<Explanation> Explain(
        LoadedModel model, torch.Tensor images, IReadOnlyList<ExplanationTarget> targets, int chunkSize, CancellationToken cancellationToken) =>
        SmoothGrad.Explain(model.Network, images, targets, options with { ChunkSize = chunkSize }, cancellationToken: cancellationToken);

    public ExplanationSummary Describe(Explanation explanation, ExplanationSummary summary) =>
        summary with { NoiseDeviation = ((SmoothGradResult)explanation).Deviation };
}
