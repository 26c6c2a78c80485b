using Linnaeus.Registry.Client;
using Linnaeus.Vision.Explanations;

namespace Linnaeus.Explainer.Methods;

/// <summary>Reads the method of a request with its parameters. Those of other methods are checked too, and then ignored.</summary>
internal static class MethodReader
{
    private const int LargestWindow = 1024;
    private static readonly IntegratedGradientsOptions Path = new();
    private static readonly SmoothGradOptions Noise = new();
    private static readonly OcclusionOptions Cover = new();

    /// <param name="fields">The request; an absent method takes <paramref name="whenAbsent"/>, or is a fault when that is null.</param>
    /// <returns>Null when the method's name is at fault.</returns>
    public static IExplanationMethod? Read(SpecReader fields, Faults faults, string? whenAbsent = null)
    {
        var name = fields.Choice("method", whenAbsent ?? "", [.. ExplanationMethods.All]);
        if (!fields.Has("method") && whenAbsent is null)
            faults.Add(fields.PathOf("method"), $"is required: {string.Join(", ", ExplanationMethods.All)}.");
        var named = fields.Text("layer", "");
        var layer = fields.Has("layer") ? named : null;
        var seed = fields.Integer("seed", 0, 0, long.MaxValue);
        // Two methods call for a baseline, each with a default of its own.
        var baseline = fields.Choice("baseline", "", MethodNames.AllBaselines);
        Baseline Of(Baseline whenNone) => baseline.Length > 0 ? MethodNames.BaselineOf(baseline) : whenNone;
        var (gradients, smooth, occlusion) = (ReadPath(fields), ReadNoise(fields), ReadCover(fields, faults));
        return name switch
        {
            ExplanationMethods.GradCam or ExplanationMethods.GradCamPlusPlus => new ClassActivationMethod(name, layer),
            ExplanationMethods.IntegratedGradients => new IntegratedGradientsMethod(gradients with { Baseline = Of(Path.Baseline), Seed = seed }),
            ExplanationMethods.SmoothGrad => new SmoothGradMethod(smooth with { Seed = seed }),
            ExplanationMethods.Occlusion => new OcclusionMethod(occlusion with { Baseline = Of(Cover.Baseline), Seed = seed }),
            _ => null,
        };
    }

    private static IntegratedGradientsOptions ReadPath(SpecReader fields) => new()
    {
        Steps = (int)fields.Integer("steps", Path.Steps, IntegratedGradientsOptions.MinimumSteps, IntegratedGradientsOptions.MaximumSteps),
        Quadrature = MethodNames.RuleOf(fields.Choice("quadrature", MethodNames.Of(Path.Quadrature), MethodNames.AllRules)),
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
            faults.Add(fields.PathOf("stride"), $"must be at most the window, {window}: else places between the squares are never covered.");
        return new OcclusionOptions { Window = window, Stride = stride };
    }

    private static int? Optional(SpecReader fields, string name) => (int)fields.Integer(name, 0, 1, LargestWindow) is > 0 and var value ? value : null;
}
