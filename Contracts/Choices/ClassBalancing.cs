using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>How training compensates for small classes.</summary>
public enum ClassBalancing
{
    [JsonStringEnumMemberName("none"), Display(Description = "no balancing")]
    None,

    [JsonStringEnumMemberName("oversample"), Display(Description = "shows each class as often as the largest")]
    Oversample,

    [JsonStringEnumMemberName("weights"), Display(Description = "weighs rare classes more in the loss")]
    Weights,
}
