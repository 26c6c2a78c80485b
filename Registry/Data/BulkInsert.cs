using System.Data.Common;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Linnaeus.Registry.Data;

/// <summary>A column of rows to insert.</summary>
/// <param name="PostgresType">Element type on PostgreSQL: <c>bigint</c>, <c>text</c>, <c>double precision</c> or <c>boolean</c>.</param>
/// <param name="Values">One value per row, as an array of that type.</param>
internal sealed record BulkColumn(string Name, string PostgresType, Array Values)
{
    public static BulkColumn Numbers(string name, IEnumerable<long> values) => new(name, "bigint", values.ToArray());
    public static BulkColumn Texts(string name, IEnumerable<string> values) => new(name, "text", values.ToArray());
    public static BulkColumn Reals(string name, IEnumerable<double> values) => new(name, "double precision", values.ToArray());
    public static BulkColumn Numbers(string name, IEnumerable<long?> values) => new(name, "bigint", values.ToArray());
    public static BulkColumn Reals(string name, IEnumerable<double?> values) => new(name, "double precision", values.ToArray());
    public static BulkColumn Flags(string name, IEnumerable<bool> values) => new(name, "boolean", values.ToArray());
}

/// <summary>Rows for one table.</summary>
/// <param name="Columns">All of the same length.</param>
/// <param name="OnConflict">E.g. <c>ON CONFLICT DO NOTHING</c>.</param>
internal sealed record BulkRows(string Table, IReadOnlyList<BulkColumn> Columns, string OnConflict)
{
    /// <summary>
    /// The run whose key becomes <c>run_key</c> in all rows, which is then not among the columns; nothing is inserted if it is not active.
    /// </summary>
    public string? RunId { get; init; }

    public int Count => Columns[0].Values.Length;

    public string Names => string.Join(", ", Columns.Select(c => c.Name));
}

/// <summary>
/// Inserts many rows with a statement text that does not depend on their number: arrays on PostgreSQL (one round trip for all tables), a
/// prepared statement per row on SQLite (which has no round trips, and is slow with thousands of parameter names).
/// </summary>
internal static class BulkInsert
{
    /// <param name="db">Must be in a transaction.</param>
    /// <param name="rows">Inserted table by table, in this order.</param>
    /// <returns>Rows inserted or updated in all tables.</returns>
    public static async Task<int> RunAsync(RegistryDb db, IEnumerable<BulkRows> rows, CancellationToken cancellationToken)
    {
        var some = rows.Where(r => r.Count > 0).ToList();
        if (some.Count == 0) return 0;
        var transaction = (db.Database.CurrentTransaction
            ?? throw new InvalidOperationException("Bulk inserts require a transaction.")).GetDbTransaction();
        if (transaction is NpgsqlTransaction)
        {
            await using var command = Arrays(db.Database.GetDbConnection(), some);
            command.Transaction = transaction;
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }
        var changed = 0;
        foreach (var table in some)
        {
            await using var command = OneRow(db.Database.GetDbConnection(), table);
            command.Transaction = transaction;
            changed += RunRows(command, table.Columns, cancellationToken);
        }
        return changed;
    }

    /// <summary>Inserts and commits on PostgreSQL in one round trip: the statements of one command are a transaction.</summary>
    /// <returns>Rows inserted or updated in all tables.</returns>
    public static async Task<int> AppendAsync(RegistryDb db, IEnumerable<BulkRows> rows, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = Arrays(db.Database.GetDbConnection(), [.. rows]);
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    /// <inheritdoc cref="RunAsync(RegistryDb, IEnumerable{BulkRows}, CancellationToken)"/>
    public static Task<int> RunAsync(RegistryDb db, string table, IReadOnlyList<BulkColumn> columns, string onConflict,
        CancellationToken cancellationToken) => RunAsync(db, [new BulkRows(table, columns, onConflict)], cancellationToken);

    private static DbCommand Arrays(DbConnection connection, List<BulkRows> tables)
    {
        var command = connection.CreateCommand();
        var text = new StringBuilder();
        foreach (var table in tables)
        {
            var (key, ofRun) = table.RunId is null ? ("", "") : ("run_key, ", "r.id, ");
            text.Append(CultureInfo.InvariantCulture, $"INSERT INTO {table.Table} ({key}{table.Names}) SELECT {ofRun}u.* FROM unnest(");
            for (var i = 0; i < table.Columns.Count; i++)
            {
                var name = $"@p{command.Parameters.Count}";
                text.Append(i == 0 ? "" : ", ").Append(name).Append("::").Append(table.Columns[i].PostgresType).Append("[]");
                command.Parameters.Add(new NpgsqlParameter(name, table.Columns[i].Values));
            }
            text.Append(") u ");
            if (table.RunId is { } run)
            {
                var name = $"@p{command.Parameters.Count}";
                text.Append(CultureInfo.InvariantCulture, $"JOIN runs r ON r.run_id = {name} AND r.deleted_time IS NULL ");
                command.Parameters.Add(new NpgsqlParameter(name, run));
            }
            text.Append(table.OnConflict).Append(";\n");
        }
        command.CommandText = text.ToString();
        return command;
    }

    private static DbCommand OneRow(DbConnection connection, BulkRows table)
    {
        var command = connection.CreateCommand();
        command.CommandText =
            $"INSERT INTO {table.Table} ({table.Names}) VALUES ({string.Join(", ", table.Columns.Select((_, i) => $"@p{i}"))}) {table.OnConflict}";
        return command;
    }

    private static int RunRows(DbCommand command, IReadOnlyList<BulkColumn> columns, CancellationToken cancellationToken)
    {
        var parameters = columns.Select((_, i) => new SqliteParameter { ParameterName = $"@p{i}" }).ToArray();
        command.Parameters.AddRange(parameters);
        var changed = 0;
        for (var row = 0; row < columns[0].Values.Length; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var i = 0; i < parameters.Length; i++) parameters[i].Value = columns[i].Values.GetValue(row) ?? DBNull.Value;
            changed += command.ExecuteNonQuery();
        }
        return changed;
    }
}
