using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>The quantity that is sampled uniformly from a range.</summary>
public enum ParameterScale
{
    [JsonStringEnumMemberName("linear"), Display(Description = "the number")]
    Linear,

    [JsonStringEnumMemberName("log"), Display(Description = "its logarithm")]
    Log,
}
