using System.Globalization;
using Linnaeus.Registry.Data;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Jobs;

/// <summary>
/// Loads jobs for a change, inside a transaction. On PostgreSQL the rows are locked; on SQLite the transaction is the only writer.
/// </summary>
internal static class JobRows
{
    public static async Task<QueuedJob?> LockJobAsync(this RegistryDb db, string id, CancellationToken cancellationToken)
    {
        var sql = "SELECT * FROM jobs WHERE job_id = {0}" + (db.Database.IsNpgsql() ? " FOR UPDATE" : "");
        return (await db.Set<QueuedJob>().FromSqlRaw(sql, id).AsTracking().ToListAsync(cancellationToken)).SingleOrDefault();
    }

    /// <summary>The jobs of a sweep, in order.</summary>
    public static Task<List<QueuedJob>> LockSweepAsync(this RegistryDb db, string id, CancellationToken cancellationToken)
    {
        var sql = "SELECT * FROM jobs WHERE sweep_id = {0} ORDER BY id" + (db.Database.IsNpgsql() ? " FOR UPDATE" : "");
        return db.Set<QueuedJob>().FromSqlRaw(sql, id).AsTracking().ToListAsync(cancellationToken);
    }

    /// <summary>The oldest queued job of these kinds that no other transaction is leasing.</summary>
    public static async Task<QueuedJob?> LockNextAsync(this RegistryDb db, IReadOnlyList<string> kinds, CancellationToken cancellationToken)
    {
        var names = string.Join(", ", kinds.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"{{{i}}}")));
        var sql = $"SELECT * FROM jobs WHERE status = '{JobStates.Queued}' AND kind IN ({names}) ORDER BY id LIMIT 1{SkipLocked(db)}";
        return (await db.Set<QueuedJob>().FromSqlRaw(sql, [.. kinds]).AsTracking().ToListAsync(cancellationToken)).SingleOrDefault();
    }

    /// <summary>Leased jobs whose lease has expired at <paramref name="now"/>.</summary>
    public static Task<List<QueuedJob>> LockExpiredAsync(this RegistryDb db, long now, CancellationToken cancellationToken)
    {
        var sql = $"SELECT * FROM jobs WHERE status = '{JobStates.Leased}' AND lease_expiry_time <= {{0}} ORDER BY id{SkipLocked(db)}";
        return db.Set<QueuedJob>().FromSqlRaw(sql, now).AsTracking().ToListAsync(cancellationToken);
    }

    /// <summary>Ends the job and its run.</summary>
    public static Task EndAsync(
        this QueuedJob job, RegistryDb db, string status, string runStatus, TimeProvider time, CancellationToken cancellationToken)
    {
        job.Status = status;
        job.EndTime = time.UnixNow();
        return TrainingRuns.UpdateAsync(db, job, runStatus, cancellationToken);
    }

    private static string SkipLocked(RegistryDb db) => db.Database.IsNpgsql() ? " FOR UPDATE SKIP LOCKED" : "";
}
