using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Data;

/// <summary>
/// Lets one process at a time migrate a database. Both locks are released when their process dies, unlike EF Core's own lock on SQLite: its
/// row in <c>__EFMigrationsLock</c> survives a killed process and would block every later start.
/// </summary>
internal static class MigrationLock
{
    /// <summary>An arbitrary number, unique on the server.</summary>
    private const long AdvisoryKey = 0x4C696E6E61657573;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits for the lock; dispose the result to release it. The database must exist.</summary>
    public static Task<IAsyncDisposable> TakeAsync(RegistryDb db, CancellationToken cancellationToken) =>
        db.Database.IsSqlite() ? TakeFileAsync(db, cancellationToken) : TakeAdvisoryAsync(db, cancellationToken);

    /// <summary>
    /// A file next to the database, locked by the operating system. Never deleted, since that would allow a second lock with its name.
    /// </summary>
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
            : fault.HResult is 11 or 35; // EWOULDBLOCK on Linux and macOS

    private static async Task RemoveStaleRowAsync(RegistryDb db, CancellationToken cancellationToken)
    {
        var locks = await db.Database.SqlQuery<long>($"SELECT count(*) AS Value FROM sqlite_master WHERE name = '__EFMigrationsLock'")
            .SingleAsync(cancellationToken);
        if (locks > 0) await db.Database.ExecuteSqlAsync($"DELETE FROM __EFMigrationsLock", cancellationToken);
    }

    /// <summary>A session lock on the server. Polled, since waiting in the server would hit the command timeout.</summary>
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
            // A broken connection has released the lock.
            if (db.Database.GetDbConnection().State == System.Data.ConnectionState.Open)
                await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({AdvisoryKey})", CancellationToken.None);
            await db.Database.CloseConnectionAsync();
        }
    }
}
