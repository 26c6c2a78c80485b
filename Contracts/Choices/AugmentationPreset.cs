using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>Augmentation of the training images. Vision's <c>AugmentationPresets</c> builds each.</summary>
public enum AugmentationPreset
{
    [JsonStringEnumMemberName("none"), Display(Description = "no augmentation")]
    None,

    [JsonStringEnumMemberName("light"), Display(Description = "random resized crop (0.35 to 1) and horizontal flip")]
    Light,

    [JsonStringEnumMemberName("keras"), Display(Description = "the six layers of the published exercise: flips, rotation, zoom, translation, brightness, contrast")]
    Keras,

    [JsonStringEnumMemberName("advanced"), Display(Description = "crop (0.25 to 1), flip, rotation up to 30 degrees, color changes, random erasing")]
    Advanced,
}
