namespace Linnaeus.Contracts;

/// <summary>Names of the explanation methods.</summary>
public static class ExplanationMethods
{
    /// <summary>Selvaraju et al. 2017.</summary>
    public const string GradCam = "gradcam";

    /// <summary>Chattopadhay et al. 2018.</summary>
    public const string GradCamPlusPlus = "gradcam++";

    /// <summary>Sundararajan, Taly and Yan 2017.</summary>
    public const string IntegratedGradients = "integrated-gradients";

    /// <summary>Smilkov et al. 2017.</summary>
    public const string SmoothGrad = "smoothgrad";

    /// <summary>Zeiler and Fergus 2014.</summary>
    public const string Occlusion = "occlusion";

    public static IReadOnlyList<string> All { get; } = [GradCam, GradCamPlusPlus, IntegratedGradients, SmoothGrad, Occlusion];
}
