using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Data;

/// <summary>
/// Lets one process at a time migrate a database. Both kinds of lock die with their process, which EF Core's own does not on SQLite: a row
/// in <c>__EFMigrationsLock</c> stays behind a killed process and every later start would wait for it for ever.
/// </summary>
internal static class MigrationLock
{
    /// <summary>Any number that no other user of the server takes.</summary>
    private const long AdvisoryKey = 0x4C696E6E61657573;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits for the lock; disposing the answer frees it. The database exists.</summary>
    public static Task<IAsyncDisposable> TakeAsync(RegistryDb db, CancellationToken cancellationToken) =>
        db.Database.IsSqlite() ? TakeFileAsync(db, cancellationToken) : TakeAdvisoryAsync(db, cancellationToken);

    /// <summary>A file beside the database, locked by the operating system. It is not deleted: that would free its name for a second lock.</summary>
    private static async Task<IAsyncDisposable> TakeFileAsync(RegistryDb db, CancellationToken cancellationToken)
    {
        var path = db.Database.GetDbConnection().DataSource + ".migration-lock";
        FileStream? file = null;
        while (file is null)
        {
            try
            {
                file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException fault) when (IsTaken(fault))
            {
                await Task.Delay(Poll, cancellationToken);
            }
        }
        try
        {
            await RemoveStaleRowAsync(db, cancellationToken);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
        return file;
    }

    private static bool IsTaken(IOException fault) =>
        RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? (fault.HResult & 0xFFFF) == 32 /* sharing violation */
            : fault.HResult is 11 or 35; // EWOULDBLOCK of Linux and of macOS

    private static async Task RemoveStaleRowAsync(RegistryDb db, CancellationToken cancellationToken)
    {
        var locks = await db.Database.SqlQuery<long>($"SELECT count(*) AS Value FROM sqlite_master WHERE name = '__EFMigrationsLock'")
            .SingleAsync(cancellationToken);
        if (locks > 0) await db.Database.ExecuteSqlAsync($"DELETE FROM __EFMigrationsLock", cancellationToken);
    }

    /// <summary>A session's lock on the server. It is polled, as waiting for it in the server would end with the command's time limit.</summary>
    private static async Task<IAsyncDisposable> TakeAdvisoryAsync(RegistryDb db, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            while (!await db.Database.SqlQuery<bool>($"SELECT pg_try_advisory_lock({AdvisoryKey}) AS \"Value\"").SingleAsync(cancellationToken))
                await Task.Delay(Poll, cancellationToken);
        }
        catch
        {
            await db.Database.CloseConnectionAsync();
            throw;
        }
        return new AdvisoryLock(db);
    }

    private sealed class AdvisoryLock(RegistryDb db) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            // A connection that broke has freed the lock already.
            if (db.Database.GetDbConnection().State == System.Data.ConnectionState.Open)
                await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({AdvisoryKey})", CancellationToken.None);
            await db.Database.CloseConnectionAsync();
        }
    }
}
