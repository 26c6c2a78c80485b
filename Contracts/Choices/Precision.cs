using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>Number format of the backbone during training.</summary>
public enum Precision
{
    [JsonStringEnumMemberName("auto"), Display(Description = "bf16 where the processor multiplies it fast, else fp32")]
    Auto,

    [JsonStringEnumMemberName("fp32"), Display(Description = "float32")]
    Fp32,

    [JsonStringEnumMemberName("bf16"), Display(Description = "bfloat16; weights, updates and evaluation stay float32")]
    Bf16,
}
