using Microsoft.Data.Sqlite;

namespace Linnaeus.Registry.Data;

/// <summary>Explains disk errors of the SQLite file.</summary>
internal static class SqliteDisk
{
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Full = 13;
    private const int CannotOpen = 14;

    /// <summary>Null for any other error.</summary>
    public static string? Describe(SqliteException fault, string file) => fault.SqliteErrorCode switch
    {
        Full => $"The disk of {file} is full. Free some space and repeat the request; it stored nothing.",
        ReadOnly => $"The database {file} or its folder is read-only. Make both writable for the Registry's user.",
        InputOutput => $"The disk of {file} reports errors ({fault.Message}). Check the system log; the disk may be full or failing.",
        CannotOpen => $"The database {file} cannot be opened. Create its folder and make it accessible to the Registry's user.",
        _ => null,
    };
}
