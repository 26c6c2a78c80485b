using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>An explanation method. The Explainer's <c>Methods</c> compute each.</summary>
public enum ExplanationMethod
{
    /// <summary>Selvaraju et al. 2017.</summary>
    [JsonStringEnumMemberName("gradcam"), Display(Name = "Grad-CAM", Description = "Class activation map of the last conv layer (1 pass)")]
    GradCam,

    /// <summary>Chattopadhay et al. 2018.</summary>
    [JsonStringEnumMemberName("gradcam++"), Display(Name = "Grad-CAM++", Description = "Grad-CAM weighted by position, for several objects (1 pass)")]
    GradCamPlusPlus,

    /// <summary>Sundararajan, Taly and Yan 2017.</summary>
    [JsonStringEnumMemberName("integrated-gradients"), Display(Name = "Integrated Gradients", Description = "Contribution of each pixel to the score (about 50 passes)")]
    IntegratedGradients,

    /// <summary>Smilkov et al. 2017.</summary>
    [JsonStringEnumMemberName("smoothgrad"), Display(Name = "SmoothGrad", Description = "Gradient averaged over noisy copies (about 25 passes)")]
    SmoothGrad,

    /// <summary>Zeiler and Fergus 2014.</summary>
    [JsonStringEnumMemberName("occlusion"), Display(Name = "Occlusion", Description = "Score drop when patches are masked (about 170 forward passes)")]
    Occlusion,
}
