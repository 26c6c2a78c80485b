using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Linnaeus.Registry.Data;

/// <summary>
/// Runs a write as one transaction. SQLite allows one writer, so writers of this process queue here in order instead of polling for the
/// file lock.
/// </summary>
public sealed class WriteGate : IDisposable
{
    private readonly SemaphoreSlim _sqlite = new(1, 1);

    /// <summary>Runs <paramref name="work"/> in a transaction and commits it; any exception rolls it back.</summary>
    public async Task<T> WriteAsync<T>(RegistryDb db, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        var isSqlite = db.Database.IsSqlite();
        if (isSqlite) await _sqlite.WaitAsync(cancellationToken);
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var result = await work(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return result;
        }
        finally
        {
            if (isSqlite) _sqlite.Release();
        }
    }

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(RegistryDb db, Func<CancellationToken, Task> work, CancellationToken cancellationToken) =>
        WriteAsync(db, async token =>
        {
            await work(token);
            return true;
        }, cancellationToken);

    public void Dispose() => _sqlite.Dispose();
}
