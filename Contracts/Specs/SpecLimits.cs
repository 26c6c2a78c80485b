namespace Linnaeus.Contracts;

/// <summary>Bounds that several specs share.</summary>
public static class SpecLimits
{
    /// <summary>Characters of a path or URI.</summary>
    public const int LongestAddress = 4096;
}
