using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>How a sweep samples its runs.</summary>
public enum SweepSearch
{
    [JsonStringEnumMemberName("grid"), Display(Description = "every combination of the values")]
    Grid,

    [JsonStringEnumMemberName("random"), Display(Description = "random draws")]
    Random,
}
