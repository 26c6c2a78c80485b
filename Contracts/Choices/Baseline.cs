using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>The reference input: start of an Integrated Gradients path, or the fill of an Occlusion patch.</summary>
public enum Baseline
{
    [JsonStringEnumMemberName("black"), Display(Description = "black image: -mean / std in each channel of the normalized input")]
    Black,

    [JsonStringEnumMemberName("mean"), Display(Description = "mean color: zeros in the normalized input")]
    Mean,

    [JsonStringEnumMemberName("blur"), Display(Description = "Gaussian blur whose standard deviation is a tenth of the shorter side")]
    Blur,

    /// <summary>Sturmfels, Lundberg and Lee 2020.</summary>
    [JsonStringEnumMemberName("noise"), Display(Description = "uniform random pixels, averaged over several draws")]
    Noise,
}
