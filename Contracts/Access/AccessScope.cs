namespace Linnaeus.Contracts;

/// <summary>What a caller may do; each includes the ones before it.</summary>
public enum AccessScope
{
    /// <summary>Look at and search everything.</summary>
    Read,

    /// <summary>Also log, train, register, promote and delete.</summary>
    Write,

    /// <summary>Also hand out tokens, set policies and remove things for good.</summary>
    Admin,
}
