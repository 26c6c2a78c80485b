using Linnaeus.Registry.Client;

namespace Linnaeus.Registry.Tests;

/// <summary>A Registry per test of the queue, on the database of the subclass.</summary>
public abstract class JobServer(RegistryFixture shared) : IAsyncLifetime
{
    protected static TrainingSpec Spec { get; } = new() { Model = "flowers", Dataset = "synthetic-flowers", Epochs = 3, Seed = 7 };

    protected string Blobs => shared.Azurite.ConnectionString;

    protected RegistryServer Server { get; private set; } = null!;

    protected RegistryClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await RegistryServer.StartAsync(Blobs, null, await SettingsAsync());
        Client = new RegistryClient(Server.Http);
    }

    public async ValueTask DisposeAsync()
    {
        if (Server is not null)
            await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Settings that select the database; none for SQLite.</summary>
    protected virtual Task<string[]> SettingsAsync() => Task.FromResult<string[]>([]);
}
