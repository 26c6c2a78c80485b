using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>Access levels; each includes the ones before it.</summary>
public enum AccessScope
{
    /// <summary>Reads and searches everything.</summary>
    [JsonStringEnumMemberName("read")]
    Read,

    /// <summary>Also logs, trains, registers, promotes and deletes.</summary>
    [JsonStringEnumMemberName("write")]
    Write,

    /// <summary>Also creates tokens, sets policies and purges deleted data.</summary>
    [JsonStringEnumMemberName("admin")]
    Admin,
}
