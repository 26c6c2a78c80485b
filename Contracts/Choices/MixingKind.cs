using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>How images and labels are mixed within a batch.</summary>
public enum MixingKind
{
    [JsonStringEnumMemberName("none"), Display(Description = "no mixing")]
    None,

    [JsonStringEnumMemberName("mixup"), Display(Description = "blends whole images")]
    Mixup,

    [JsonStringEnumMemberName("cutmix"), Display(Description = "pastes boxes")]
    CutMix,

    [JsonStringEnumMemberName("alternate"), Display(Description = "Mixup and CutMix in turn, batch by batch")]
    Alternate,
}
