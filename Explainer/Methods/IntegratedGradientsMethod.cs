using Linnaeus.Registry.Client;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Explanations;
using TorchSharp;

namespace Linnaeus.Explainer.Methods;

/// <summary>Integrated Gradients.</summary>
internal sealed class IntegratedGradientsMethod(IntegratedGradientsOptions options) : IExplanationMethod
{
    /// <summary>Default bound of the completeness error; above it the path has too few nodes.</summary>
    private const double UsualTolerance = 0.01;

    public MethodParameters Parameters { get; } = new()
    {
        Method = ExplanationMethod.IntegratedGradients,
        Steps = options.Steps,
        Quadrature = options.Quadrature,
        Baseline = options.Baseline,
        BaselineDraws = options.Baseline == Baseline.Noise ? options.BaselineDraws : null,
        Seed = options.Baseline == Baseline.Noise ? options.Seed : null,
        Tolerance = options.Tolerance,
    };

    public bool SharesPasses => false;

    public string HeatMap => HeatMaps.Magnitude;

    public IReadOnlyList<Explanation> Explain(
        LoadedModel model, torch.Tensor images, IReadOnlyList<ExplanationTarget> targets, int chunkSize, CancellationToken cancellationToken) =>
        IntegratedGradients.Explain(
            model.Network, images, model.Description.Preprocessing, targets, options with { ChunkSize = chunkSize }, cancellationToken);

    public ExplanationSummary Describe(Explanation explanation, ExplanationSummary summary)
    {
        var result = (IntegratedGradientsResult)explanation;
        return summary with
        {
            BaselineScore = result.BaselineScore,
            StepsTaken = result.Steps,
            CompletenessError = result.Delta,
            RelativeCompletenessError = result.RelativeDelta,
            Complete = result.RelativeDelta <= (options.Tolerance ?? UsualTolerance),
        };
    }
}
