using Microsoft.Data.Sqlite;

namespace Linnaeus.Registry.Data;

/// <summary>What is wrong with the disk under the SQLite file, in words that say what to do.</summary>
internal static class SqliteDisk
{
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Full = 13;
    private const int CannotOpen = 14;

    /// <summary>Null when the fault is another one.</summary>
    /// <param name="fault">As SQLite reports it.</param>
    /// <param name="file">The database file.</param>
    public static string? Describe(SqliteException fault, string file) => fault.SqliteErrorCode switch
    {
        Full => $"The disk that holds {file} is full. Free some space there; nothing of this request was stored, so it can be repeated.",
        ReadOnly => $"The database {file} cannot be written: the file or its folder is read-only. Make them writable for the Registry's user.",
        InputOutput => $"The disk that holds {file} gives errors ({fault.Message}). Look at the system's log; the disk may be full or failing.",
        CannotOpen => $"The database {file} cannot be opened: its folder is missing or not accessible to the Registry's user.",
        _ => null,
    };
}
