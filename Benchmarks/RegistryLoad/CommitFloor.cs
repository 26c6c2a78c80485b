using Npgsql;

namespace Linnaeus.Benchmarks.RegistryLoad;

/// <summary>Durable one-row inserts directly in PostgreSQL, one connection per client: a lower bound for writes through the server.</summary>
internal sealed class CommitFloor : IAsyncDisposable
{
    public const string Name = "one-row insert, PostgreSQL itself";

    private readonly NpgsqlDataSource source;
    private readonly List<NpgsqlConnection> connections = [];
    private readonly List<NpgsqlCommand> inserts = [];

    private CommitFloor(NpgsqlDataSource source) => this.source = source;

    /// <summary>Creates a table and a connection per client.</summary>
    public static async Task<CommitFloor> OpenAsync(string connectionString, int clients)
    {
        var floor = new CommitFloor(NpgsqlDataSource.Create(connectionString));
        await using (var table = floor.source.CreateCommand("CREATE TABLE commit_floor (client int, number int)"))
            await table.ExecuteNonQueryAsync();
        for (var client = 0; client < clients; client++)
        {
            var connection = await floor.source.OpenConnectionAsync();
            var insert = new NpgsqlCommand("INSERT INTO commit_floor VALUES ($1, $2)", connection) { Parameters = { new() { Value = client }, new() { Value = 0 } } };
            await insert.PrepareAsync();
            floor.connections.Add(connection);
            floor.inserts.Add(insert);
        }
        return floor;
    }

    /// <summary>One insert of client <paramref name="client"/>, its <paramref name="number"/>-th.</summary>
    public Task InsertAsync(int client, int number)
    {
        inserts[client].Parameters[1].Value = number;
        return inserts[client].ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var insert in inserts)
            await insert.DisposeAsync();
        foreach (var connection in connections)
            await connection.DisposeAsync();
        await source.DisposeAsync();
    }
}
