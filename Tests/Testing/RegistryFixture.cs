using Linnaeus.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Linnaeus.Testing;

/// <summary>
/// One real Registry for the whole test run: Kestrel on a free port, SQLite in a temporary folder, blobs in a real Azurite.
/// Take it as a constructor parameter. Tests share it, so each makes its own experiments and models.
/// </summary>
public class RegistryFixture : IAsyncLifetime
{
    private AzuriteServer? _azurite;
    private RegistryServer? _server;

    public RegistryServer Server => _server ?? throw new InvalidOperationException("the fixture has not started");

    public AzuriteServer Azurite => _azurite ?? throw new InvalidOperationException("the fixture has not started");

    /// <summary>A client whose base address is the Registry's.</summary>
    public virtual HttpClient Http => Server.Http;

    public virtual async ValueTask InitializeAsync() => await StartAsync();

    protected async Task StartAsync(params string[] settings)
    {
        _azurite = await AzuriteServer.StartAsync(CancellationToken.None);
        _server = await RegistryServer.StartAsync(_azurite.ConnectionString, null, settings);
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_server is not null) await _server.DisposeAsync();
        if (_azurite is not null) await _azurite.DisposeAsync();
    }
}

/// <summary>A Registry in this process on a port of its own.</summary>
public sealed class RegistryServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string? _ownFolder;

    private RegistryServer(WebApplication app, string? ownFolder, Uri address)
    {
        _app = app;
        _ownFolder = ownFolder;
        Address = address;
        Http = new HttpClient { BaseAddress = address };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    /// <param name="blobs">Connection string of the blob store.</param>
    /// <param name="dataDirectory">Folder of the SQLite file; a temporary one, removed at the end, when null.</param>
    /// <param name="settings">Further settings, e.g. <c>--ConnectionStrings:registrydb=...</c>.</param>
    public static async Task<RegistryServer> StartAsync(string blobs, string? dataDirectory = null, params string[] settings)
    {
        var ownFolder = dataDirectory is null ? Directory.CreateTempSubdirectory("linnaeus-registry-").FullName : null;
        string[] args =
        [
            "--urls=http://127.0.0.1:0", $"--Registry:DataDirectory={dataDirectory ?? ownFolder}", $"--ConnectionStrings:blobs={blobs}",
            "--Logging:LogLevel:Default=Warning", "--environment=Development", .. settings,
        ];
        try
        {
            var app = await RegistryApp.BuildAsync(args);
            await app.StartAsync();
            var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            return new RegistryServer(app, ownFolder, new Uri(address));
        }
        catch when (ownFolder is not null)
        {
            Directory.Delete(ownFolder, recursive: true);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (_ownFolder is not null) Directory.Delete(_ownFolder, recursive: true);
    }
}
