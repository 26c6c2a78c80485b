using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Linnaeus.Registry.Data;

/// <summary>A column of rows to insert.</summary>
/// <param name="Name">Column name.</param>
/// <param name="PostgresType">Element type on PostgreSQL: <c>bigint</c>, <c>text</c>, <c>double precision</c> or <c>boolean</c>.</param>
/// <param name="Values">One value a row, as an array of that type.</param>
internal sealed record BulkColumn(string Name, string PostgresType, Array Values)
{
    public static BulkColumn Numbers(string name, IEnumerable<long> values) => new(name, "bigint", values.ToArray());
    public static BulkColumn Texts(string name, IEnumerable<string> values) => new(name, "text", values.ToArray());
    public static BulkColumn Reals(string name, IEnumerable<double> values) => new(name, "double precision", values.ToArray());
    public static BulkColumn Flags(string name, IEnumerable<bool> values) => new(name, "boolean", values.ToArray());
}

/// <summary>
/// Inserts many rows with one statement text whatever their number: arrays on PostgreSQL (one round trip), a prepared statement run
/// row by row on SQLite (no round trips there, and no search through thousands of parameter names).
/// </summary>
internal static class BulkInsert
{
    /// <param name="db">Must be in a transaction.</param>
    /// <param name="table">Table name.</param>
    /// <param name="columns">All of the same length.</param>
    /// <param name="onConflict">E.g. <c>ON CONFLICT DO NOTHING</c>.</param>
    /// <param name="cancellationToken">Stops before the next row.</param>
    /// <returns>Rows inserted or updated.</returns>
    public static async Task<int> RunAsync(RegistryDb db, string table, IReadOnlyList<BulkColumn> columns, string onConflict,
        CancellationToken cancellationToken)
    {
        if (columns[0].Values.Length == 0) return 0;
        var names = string.Join(", ", columns.Select(c => c.Name));
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = (db.Database.CurrentTransaction
            ?? throw new InvalidOperationException("bulk inserts belong in a transaction")).GetDbTransaction();
        if (command is NpgsqlCommand)
        {
            var arrays = string.Join(", ", columns.Select((c, i) => $"@p{i}::{c.PostgresType}[]"));
            command.CommandText = $"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}) {onConflict}";
            for (var i = 0; i < columns.Count; i++) command.Parameters.Add(new NpgsqlParameter($"@p{i}", columns[i].Values));
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }
        command.CommandText = $"INSERT INTO {table} ({names}) VALUES ({string.Join(", ", columns.Select((_, i) => $"@p{i}"))}) {onConflict}";
        return RunRows(command, columns, cancellationToken);
    }

    private static int RunRows(DbCommand command, IReadOnlyList<BulkColumn> columns, CancellationToken cancellationToken)
    {
        var parameters = columns.Select((_, i) => new SqliteParameter { ParameterName = $"@p{i}" }).ToArray();
        command.Parameters.AddRange(parameters);
        var changed = 0;
        for (var row = 0; row < columns[0].Values.Length; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var i = 0; i < parameters.Length; i++) parameters[i].Value = columns[i].Values.GetValue(row);
            changed += command.ExecuteNonQuery();
        }
        return changed;
    }
}
