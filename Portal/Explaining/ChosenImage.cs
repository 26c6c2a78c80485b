namespace Linnaeus.Portal.Explaining;

/// <summary>The picture that is asked about.</summary>
/// <param name="Name">For people.</param>
/// <param name="Value">As requests carry it: the address of an artifact, or base64.</param>
/// <param name="Stored">Whether <paramref name="Value"/> is an address.</param>
public sealed record ChosenImage(string Name, string Value, bool Stored)
{
    /// <summary>Largest file in bytes, the Explainer's own default.</summary>
    public const int LargestFile = 32 << 20;

    /// <summary>Tells pictures apart.</summary>
    public string Key { get; } = Stored ? Value : Guid.NewGuid().ToString("N");
}
