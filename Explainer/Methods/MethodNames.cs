using Linnaeus.Vision.Explanations;

namespace Linnaeus.Explainer.Methods;

/// <summary>What requests and answers call the methods' choices.</summary>
internal static class MethodNames
{
    public const string MagnitudeHeatMap = "sum of absolute values over the channels, clipped at the 99th percentile";

    private static readonly Dictionary<Baseline, string> Baselines = new()
    {
        [Baseline.Black] = "black",
        [Baseline.Mean] = "mean",
        [Baseline.Blur] = "blur",
        [Baseline.Noise] = "noise",
    };

    private static readonly Dictionary<QuadratureRule, string> Rules = new()
    {
        [QuadratureRule.GaussLegendre] = "gauss-legendre",
        [QuadratureRule.Trapezoid] = "trapezoid",
    };

    public static string[] AllBaselines { get; } = [.. Baselines.Values];

    public static string[] AllRules { get; } = [.. Rules.Values];

    public static string Of(Baseline baseline) => Baselines[baseline];

    public static string Of(QuadratureRule rule) => Rules[rule];

    public static Baseline BaselineOf(string name) => Baselines.First(pair => pair.Value == name).Key;

    public static QuadratureRule RuleOf(string name) => Rules.First(pair => pair.Value == name).Key;
}
