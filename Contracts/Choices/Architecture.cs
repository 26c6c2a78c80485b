using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>A network. Vision's <c>Architectures</c> builds each.</summary>
public enum Architecture
{
    [JsonStringEnumMemberName("efficientnet_b0"), Display(Description = "5.3 million parameters; the default")]
    EfficientNetB0,

    [JsonStringEnumMemberName("efficientnet_b1"), Display(Description = "7.8 million parameters")]
    EfficientNetB1,

    [JsonStringEnumMemberName("efficientnet_b2"), Display(Description = "9.1 million parameters")]
    EfficientNetB2,

    [JsonStringEnumMemberName("efficientnet_b3"), Display(Description = "12.2 million parameters; the most accurate and slowest")]
    EfficientNetB3,

    [JsonStringEnumMemberName("mobilenet_v2"), Display(Description = "3.5 million parameters; the fastest")]
    MobileNetV2,
}
