using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>The learning rate schedule after warmup.</summary>
public enum LearningRateDecay
{
    [JsonStringEnumMemberName("cosine"), Display(Description = "falls to 0 along half a cosine")]
    Cosine,

    [JsonStringEnumMemberName("constant"), Display(Description = "stays at the peak")]
    Constant,
}
