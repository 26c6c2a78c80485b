using Linnaeus.Vision.Explanations;
using Linnaeus.Vision.Imaging;

namespace Linnaeus.Explainer.Engine;

/// <summary>Explanations for the eye.</summary>
internal static class ExplanationPictures
{
    /// <summary>The heat map at the size of the network's input.</summary>
    public static Image HeatMapOf(Explanation explanation, Image picture)
    {
        var heat = explanation is ClassActivationResult ? explanation.Map.Values : HeatMap.Magnitude(explanation.Magnitude());
        return HeatMap.Render(heat, picture.Width, picture.Height);
    }

    /// <summary>The heat map over the picture.</summary>
    public static Image Overlay(Explanation explanation, Image picture) => HeatMap.Overlay(picture, HeatMapOf(explanation, picture));
}
