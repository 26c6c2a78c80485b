namespace Linnaeus.Contracts;

/// <summary>Access levels; each includes the ones before it.</summary>
public enum AccessScope
{
    /// <summary>Reads and searches everything.</summary>
    Read,

    /// <summary>Also logs, trains, registers, promotes and deletes.</summary>
    Write,

    /// <summary>Also creates tokens, sets policies and purges deleted data.</summary>
    Admin,
}
