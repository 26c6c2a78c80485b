using Linnaeus.Registry.Client;
using Linnaeus.Vision.Explanations;

namespace Linnaeus.Explainer.Requests;

/// <summary>A valid <c>POST /api/explanations</c>, defaults filled in.</summary>
/// <param name="Model">The version to explain.</param>
/// <param name="Method">How.</param>
/// <param name="Image">The picture, still in the form it was sent.</param>
/// <param name="Target">The class to explain; null means the predicted one.</param>
/// <param name="Steps">Quadrature nodes of Integrated Gradients, 2 to 1000.</param>
/// <param name="Baseline">Where the path of Integrated Gradients starts.</param>
public sealed record ExplanationRequest(
    ModelUri Model, ExplanationMethod Method, ImageReference Image, TargetClass? Target, int Steps, Baseline Baseline)
{
    public const int DefaultSteps = 50;
    public const int MinimumSteps = 2;
    public const int MaximumSteps = 1000;
}

/// <summary>The methods on offer.</summary>
public enum ExplanationMethod
{
    /// <summary><c>gradcam</c>: Selvaraju et al. 2017, at the last feature map.</summary>
    GradCam,

    /// <summary><c>integrated-gradients</c>: Sundararajan et al. 2017, Gauss-Legendre quadrature.</summary>
    IntegratedGradients,
}

/// <summary>A class named by its index or by its name; exactly one is set.</summary>
public sealed record TargetClass(int? Index, string? Name);

/// <summary>The wire names of methods and baselines.</summary>
public static class ExplanationNames
{
    public const string GradCam = "gradcam";
    public const string IntegratedGradients = "integrated-gradients";
    public const string Black = "black";
    public const string Mean = "mean";

    public static string Of(ExplanationMethod method) => method == ExplanationMethod.GradCam ? GradCam : IntegratedGradients;

    public static string Of(Baseline baseline) => baseline == Baseline.Black ? Black : Mean;

    public static ExplanationMethod? Method(string name) => name switch
    {
        GradCam => ExplanationMethod.GradCam,
        IntegratedGradients => ExplanationMethod.IntegratedGradients,
        _ => null,
    };

    public static Baseline? BaselineOf(string name) => name switch
    {
        Black => Baseline.Black,
        Mean => Baseline.Mean,
        _ => null,
    };
}
