using Linnaeus.Vision.Explanations;
using Linnaeus.Vision.Imaging;

namespace Linnaeus.Explainer.Engine;

/// <summary>Renders explanations.</summary>
internal static class ExplanationImages
{
    /// <summary>The heat map at the size of the network's input.</summary>
    public static Image HeatMapOf(Explanation explanation, Image image)
    {
        var heat = explanation is ClassActivationResult ? explanation.Map.Values : HeatMap.Magnitude(explanation.Magnitude());
        return HeatMap.Render(heat, image.Width, image.Height);
    }

    /// <summary>The heat map over the image.</summary>
    public static Image Overlay(Explanation explanation, Image image) => HeatMap.Overlay(image, HeatMapOf(explanation, image));
}
