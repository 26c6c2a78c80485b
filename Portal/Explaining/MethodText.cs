using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Explaining;

/// <summary>Explanation methods in words.</summary>
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

    /// <summary>What it shows, and what it costs.</summary>
    public static string About(string method) => method switch
    {
        ExplanationMethods.GradCam => "where the last feature map speaks for the class; one pass",
        ExplanationMethods.GradCamPlusPlus => "the same, better where the subject is there several times; one pass",
        ExplanationMethods.IntegratedGradients => "what each pixel adds to the score; some 50 passes",
        ExplanationMethods.SmoothGrad => "how much each pixel matters, noise averaged out; some 25 passes",
        ExplanationMethods.Occlusion => "what is lost when a place is covered; some 170 passes",
        _ => "",
    };

    /// <summary>How far the map can be believed, as the method itself can tell; null when it cannot.</summary>
    public static (bool Good, string Text)? Trust(ExplanationSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        if (summary.HasPositiveEvidence is false)
            return (false, $"Nothing in the picture speaks for “{summary.TargetClass}”: the map is empty.");
        if (summary.RelativeCompletenessError is not { } error)
            return null;
        return summary.Complete is true
            ? (true, $"Complete: the map adds up to the score within {Percent(Math.Max(error, 1e-4))}.")
            : (false, $"Not complete: the map's sum is off by {Percent(error)} of the score after {summary.StepsTaken} steps. Do not read its amounts, or ask for more steps through the API.");
    }

    private static string Percent(double share) => FormattableString.Invariant($"{100 * share:0.##}%");
}
