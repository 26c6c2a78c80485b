using System.Data.Common;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Linnaeus.Registry.Data;

/// <summary>SQL text and its parameters, put together piece by piece. Values only ever enter as parameters.</summary>
internal sealed class SqlText
{
    private readonly StringBuilder _text = new();
    private readonly List<object> _values = [];

    public SqlText(string start = "") => _text.Append(start);

    /// <summary>Appends SQL; never a value.</summary>
    public SqlText Add(string sql)
    {
        _text.Append(sql);
        return this;
    }

    /// <summary>Puts SQL before what is there already.</summary>
    public SqlText Prefixed(string sql)
    {
        _text.Insert(0, sql);
        return this;
    }

    /// <summary>Appends a parameter.</summary>
    public SqlText Value(object value)
    {
        _text.Append("@p").Append(_values.Count);
        _values.Add(value);
        return this;
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

    /// <summary>Appends <c>(1, 2, 3)</c>: keys of this database, which may be thousands.</summary>
    public SqlText Keys(IEnumerable<long> keys)
    {
        _text.Append('(').AppendJoin(',', keys).Append(')');
        return this;
    }

    public override string ToString() => _text.ToString();

    public DbCommand ToCommand(RegistryDb db)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = _text.ToString();
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        for (var i = 0; i < _values.Count; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = $"@p{i}";
            parameter.Value = _values[i];
            command.Parameters.Add(parameter);
        }
        return command;
    }

    public async Task<List<T>> ListAsync<T>(RegistryDb db, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = ToCommand(db);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
            return rows;
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
