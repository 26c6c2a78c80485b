using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Explaining;

/// <summary>Texts about explanation methods.</summary>
public static class MethodText
{
    public static string NameOf(string method) => method switch
    {
        ExplanationMethods.GradCam => "Grad-CAM",
        ExplanationMethods.GradCamPlusPlus => "Grad-CAM++",
        ExplanationMethods.IntegratedGradients => "Integrated Gradients",
        ExplanationMethods.SmoothGrad => "SmoothGrad",
        ExplanationMethods.Occlusion => "Occlusion",
        _ => method,
    };

    /// <summary>What the method shows and what it costs.</summary>
    public static string About(string method) => method switch
    {
        ExplanationMethods.GradCam => "Class activation map of the last conv layer (1 pass)",
        ExplanationMethods.GradCamPlusPlus => "Grad-CAM variant for several objects in an image (1 pass)",
        ExplanationMethods.IntegratedGradients => "Contribution of each pixel to the score (about 50 passes)",
        ExplanationMethods.SmoothGrad => "Pixel sensitivity averaged over noisy copies (about 25 passes)",
        ExplanationMethods.Occlusion => "Score drop when patches are masked (about 170 forward passes)",
        _ => "",
    };

    /// <summary>The method's own reliability check; null if it has none.</summary>
    public static (bool Good, string Text)? Trust(ExplanationSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        if (summary.HasPositiveEvidence is false)
            return (false, $"No positive evidence for {summary.TargetClass}: the map is empty.");
        if (summary.RelativeCompletenessError is not { } error)
            return null;
        return summary.Complete is true
            ? (true, $"Completeness error {Percent(Math.Max(error, 1e-4))}")
            : (false, $"Completeness error {Percent(error)} after {summary.StepsTaken} steps: do not rely on absolute values. The API accepts more steps.");
    }

    private static string Percent(double share) => FormattableString.Invariant($"{100 * share:0.##}%");
}
