using Linnaeus.Registry.Client;
using Linnaeus.Vision.Explanations;

namespace Linnaeus.Explainer.Methods;

/// <summary>Reads the method of a request with its parameters. Parameters of other methods are validated and ignored.</summary>
internal static class MethodReader
{
    private const int LargestWindow = 1024;
    private static readonly IntegratedGradientsOptions Path = new();
    private static readonly SmoothGradOptions Noise = new();
    private static readonly OcclusionOptions Cover = new();

    /// <param name="fields">The request.</param>
    /// <param name="faults">Collects validation errors.</param>
    /// <returns>Null when the method's name is missing or wrong.</returns>
    public static IExplanationMethod? Read(SpecReader fields, Faults faults)
    {
        var name = fields.Choice("method", "", [.. Choice.Names<ExplanationMethod>()]);
        if (!fields.Has("method"))
            faults.Add(fields.PathOf("method"), $"is required: {string.Join(", ", Choice.Names<ExplanationMethod>())}.");
        var named = fields.Text("layer", "");
        var layer = fields.Has("layer") ? named : null;
        var seed = fields.Integer("seed", 0, 0, long.MaxValue);
        // Two methods take a baseline, each with its own default.
        var given = fields.Choice("baseline", "", [.. Choice.Names<Baseline>()]);
        Baseline Of(Baseline whenNone) => Choice.TryParse<Baseline>(given, out var baseline) ? baseline : whenNone;
        var (gradients, smooth, occlusion) = (ReadPath(fields), ReadNoise(fields), ReadCover(fields, faults));
        return !Choice.TryParse<ExplanationMethod>(name, out var method) ? null : method switch
        {
            ExplanationMethod.GradCam or ExplanationMethod.GradCamPlusPlus => new ClassActivationMethod(method, layer),
            ExplanationMethod.IntegratedGradients => new IntegratedGradientsMethod(gradients with { Baseline = Of(Path.Baseline), Seed = seed }),
            ExplanationMethod.SmoothGrad => new SmoothGradMethod(smooth with { Seed = seed }),
            ExplanationMethod.Occlusion => new OcclusionMethod(occlusion with { Baseline = Of(Cover.Baseline), Seed = seed }),
            _ => throw new InvalidOperationException($"Method {method} has no implementation."),
        };
    }

    private static IntegratedGradientsOptions ReadPath(SpecReader fields) => new()
    {
        Steps = (int)fields.Integer("steps", Path.Steps, IntegratedGradientsOptions.MinimumSteps, IntegratedGradientsOptions.MaximumSteps),
        Quadrature = fields.Choice("quadrature", Path.Quadrature),
        BaselineDraws = (int)fields.Integer("baseline_draws", Path.BaselineDraws, 1, 50),
        Tolerance = fields.Real("tolerance", double.NaN, Interval.OpenClosed(0, 1)) is var bound && double.IsNaN(bound) ? null : bound,
    };

    private static SmoothGradOptions ReadNoise(SpecReader fields) => new()
    {
        Samples = (int)fields.Integer("samples", Noise.Samples, 1, 1000),
        NoiseLevel = fields.Real("noise_level", Noise.NoiseLevel, Interval.OpenClosed(0, 1)),
    };

    private static OcclusionOptions ReadCover(SpecReader fields, Faults faults)
    {
        var window = Optional(fields, "window");
        var stride = Optional(fields, "stride");
        if (stride > (window ?? LargestWindow))
            faults.Add(fields.PathOf("stride"), $"must be at most the window ({window}); otherwise some pixels are never covered.");
        return new OcclusionOptions { Window = window, Stride = stride };
    }

    private static int? Optional(SpecReader fields, string name) => (int)fields.Integer(name, 0, 1, LargestWindow) is > 0 and var value ? value : null;
}
