namespace Linnaeus.Explainer.Methods;

/// <summary>How heat maps are made from attributions, for people.</summary>
internal static class HeatMaps
{
    public const string Magnitude = "sum of absolute values over the channels, clipped at the 99th percentile";
}
