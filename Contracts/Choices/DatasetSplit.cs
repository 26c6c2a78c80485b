using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>A split of a dataset.</summary>
public enum DatasetSplit
{
    [JsonStringEnumMemberName("test")]
    Test,

    [JsonStringEnumMemberName("validation")]
    Validation,

    [JsonStringEnumMemberName("train")]
    Train,
}
