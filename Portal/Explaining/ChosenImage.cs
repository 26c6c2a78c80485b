namespace Linnaeus.Portal.Explaining;

/// <summary>The image to explain.</summary>
/// <param name="Name">Display name.</param>
/// <param name="Value">Artifact URI or base64 data, as requests carry it.</param>
/// <param name="Stored">Whether <paramref name="Value"/> is an artifact URI.</param>
public sealed record ChosenImage(string Name, string Value, bool Stored)
{
    /// <summary>Max file size in bytes, the default limit of the Explainer.</summary>
    public const int LargestFile = 32 << 20;

    /// <summary>Identifies the image.</summary>
    public string Key { get; } = Stored ? Value : Guid.NewGuid().ToString("N");
}
