namespace Linnaeus.Vision.Randomness;

/// <summary>Purpose of a random stream; the same seed gives independent streams for different purposes.</summary>
public enum RandomPurpose
{
    EpochOrder = 1,
    Augmentation = 2,
    Split = 3,
    Drawing = 4,
    Mixing = 5,
    Dropout = 6,
    Initialization = 7,
    Corruption = 8,
}
