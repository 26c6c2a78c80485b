using System.Data.Common;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Linnaeus.Registry.Data;

/// <summary>Builds SQL text with parameters. Values are always parameters.</summary>
internal sealed class SqlText
{
    private readonly StringBuilder _text = new();
    private readonly List<object> _values = [];

    public SqlText(string start = "") => _text.Append(start);

    /// <summary>Appends SQL text, never a value.</summary>
    public SqlText Add(string sql)
    {
        _text.Append(sql);
        return this;
    }

    /// <summary>Inserts SQL text at the beginning.</summary>
    public SqlText Prefixed(string sql)
    {
        _text.Insert(0, sql);
        return this;
    }

    /// <summary>Appends a parameter.</summary>
    public SqlText Value(object value)
    {
        _text.Append(Parameter(value));
        return this;
    }

    /// <summary>Adds a parameter and returns its name, which the text may use several times.</summary>
    public string Parameter(object value)
    {
        _values.Add(value);
        return $"@p{_values.Count - 1}";
    }

    /// <summary>Appends <c>(a, b, c)</c> as parameters.</summary>
    public SqlText Values<T>(IEnumerable<T> values) where T : notnull
    {
        var separator = "(";
        foreach (var value in values)
        {
            _text.Append(separator);
            Value(value);
            separator = ", ";
        }
        _text.Append(separator == "(" ? "(NULL)" : ")");
        return this;
    }

    /// <summary>
    /// The condition that a column is among keys, possibly thousands: one array parameter on PostgreSQL, so that the statement's text
    /// is always the same; a list of numbers on SQLite, which has no arrays.
    /// </summary>
    public static string IsAmong(string column, string keysParameter) => $"{column} = ANY ({keysParameter})";

    /// <summary>Appends the condition that <paramref name="column"/> is among <paramref name="keys"/>.</summary>
    public SqlText In(string column, IEnumerable<long> keys) => Add(IsAmong(column, Parameter(keys.ToArray())));

    public override string ToString() => _text.ToString();

    public DbCommand ToCommand(RegistryDb db)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        var text = _text.ToString();
        for (var i = 0; i < _values.Count; i++)
        {
            if (_values[i] is long[] keys && command is SqliteCommand)
            {
                text = text.Replace($"= ANY (@p{i})", $"IN ({string.Join(',', keys)})", StringComparison.Ordinal);
                continue;
            }
            var parameter = command.CreateParameter();
            parameter.ParameterName = $"@p{i}";
            parameter.Value = _values[i];
            command.Parameters.Add(parameter);
        }
        command.CommandText = text;
        return command;
    }

    public async Task<List<T>> ListAsync<T>(RegistryDb db, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        await ReadAsync(db, [reader => rows.Add(read(reader))], cancellationToken);
        return rows;
    }

    /// <summary>
    /// Runs several SELECTs, separated by semicolons, in one round trip; each of <paramref name="rows"/> is called for each row of its SELECT, in
    /// order.
    /// </summary>
    public async Task ReadAsync(RegistryDb db, IReadOnlyList<Action<DbDataReader>> rows, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = ToCommand(db);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            foreach (var row in rows)
            {
                while (await reader.ReadAsync(cancellationToken)) row(reader);
                await reader.NextResultAsync(cancellationToken);
            }
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    public async Task<int> ExecuteAsync(RegistryDb db, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = ToCommand(db);
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }
}
