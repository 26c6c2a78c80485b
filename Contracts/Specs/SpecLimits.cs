namespace Linnaeus.Contracts;

/// <summary>Limits shared by several specs.</summary>
public static class SpecLimits
{
    /// <summary>Maximum characters of a path or URI.</summary>
    public const int LongestAddress = 4096;
}
