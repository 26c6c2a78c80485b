namespace Linnaeus.Explainer.Methods;

/// <summary>Descriptions of how heat maps are computed from attributions.</summary>
internal static class HeatMaps
{
    public const string Magnitude = "sum of absolute values over the channels, clipped at the 99th percentile";
}
