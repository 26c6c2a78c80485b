using Linnaeus.Registry.Client;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Explanations;
using TorchSharp;

namespace Linnaeus.Explainer.Methods;

/// <summary>Occlusion.</summary>
internal sealed class OcclusionMethod(OcclusionOptions options) : IExplanationMethod
{
    public MethodParameters Parameters { get; } = new()
    {
        Method = ExplanationMethod.Occlusion,
        Window = options.Window,
        Stride = options.Stride,
        Baseline = options.Baseline,
        Seed = options.Baseline == Baseline.Noise ? options.Seed : null,
    };

    public bool SharesPasses => false;

    public string HeatMap => HeatMaps.Magnitude;

    public IReadOnlyList<Explanation> Explain(
        LoadedModel model, torch.Tensor images, IReadOnlyList<ExplanationTarget> targets, int chunkSize, CancellationToken cancellationToken) =>
        Occlusion.Explain(model.Network, images, model.Description.Preprocessing, targets, options with { ChunkSize = chunkSize }, cancellationToken);

    public ExplanationSummary Describe(Explanation explanation, ExplanationSummary summary)
    {
        var result = (OcclusionResult)explanation;
        return summary with { WindowTaken = result.Window, StrideTaken = result.Stride };
    }
}
