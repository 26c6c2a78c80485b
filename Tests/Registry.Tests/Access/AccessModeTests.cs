using System.Net;
using Linnaeus.Access;
using Microsoft.Extensions.Configuration;

namespace Linnaeus.Registry.Tests.Access;

/// <summary>When a service requires tokens, and when it refuses to start.</summary>
public sealed class AccessModeTests(RegistryFixture shared)
{
    [Theory]
    [InlineData("urls", "http://localhost:5500", AccessMode.Open)]
    [InlineData("urls", "http://127.0.0.1:0;http://[::1]:5500;http://registry.localhost:1;http://unix:/run/registry.sock", AccessMode.Open)]
    [InlineData("urls", "http://127.0.0.1:5500;http://+:5501", AccessMode.Required)]
    [InlineData("urls", "http://*:5500", AccessMode.Required)]
    [InlineData("urls", "http://0.0.0.0:5500", AccessMode.Required)]
    [InlineData("urls", "http://[::]:5500", AccessMode.Required)]
    [InlineData("urls", "http://192.168.1.7:5500", AccessMode.Required)]
    [InlineData("urls", "http://registry:5500", AccessMode.Required)]
    [InlineData("urls", "http://localhost.example.org:5500", AccessMode.Required)]
    [InlineData("http_ports", "8080", AccessMode.Required)]
    [InlineData("https_ports", "8443", AccessMode.Required)]
    [InlineData("Kestrel:Endpoints:Http:Url", "http://0.0.0.0:80", AccessMode.Required)]
    [InlineData("Kestrel:Endpoints:Http:Url", "http://localhost:80", AccessMode.Open)]
    [InlineData("unset", "", AccessMode.Open)]
    public void The_default_mode_depends_on_the_addresses(string setting, string value, AccessMode mode)
    {
        Assert.Equal(mode, AccessOptions.Read(Settings((setting, value))).Mode);
        Assert.Equal(AccessMode.Required, AccessOptions.Read(Settings((setting, value), ("Access:Mode", "required"))).Mode);
    }

    [Fact]
    public async Task An_open_service_that_others_can_reach_does_not_start()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => RegistryServer.StartAsync(shared.Azurite.ConnectionString, null, "--Access:Mode=open", "--urls=http://0.0.0.0:0"));
        Assert.StartsWith("Access__Mode=open disables authentication", refused.Message, StringComparison.Ordinal);
        Assert.Contains("http://0.0.0.0:0", refused.Message, StringComparison.Ordinal);

        // Addresses set by code, bypassing the settings.
        var folder = Directory.CreateTempSubdirectory("linnaeus-open-");
        await using (var app = await RegistryApp.BuildAsync(
        [
            "--urls=http://127.0.0.1:0", $"--ConnectionStrings:blobs={shared.Azurite.ConnectionString}", $"--Registry:DataDirectory={folder}",
            "--Logging:LogLevel:Default=None",
        ]))
        {
            app.Urls.Add("http://0.0.0.0:0");
            await Assert.ThrowsAsync<InvalidOperationException>(() => app.StartAsync());
        }
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Invalid_settings_are_rejected()
    {
        var closed = Assert.Throws<InvalidOperationException>(() => AccessOptions.Read(Settings(("Access:Mode", "closed"))));
        Assert.Contains("'closed'", closed.Message, StringComparison.Ordinal);
        var weak = await Assert.ThrowsAsync<InvalidOperationException>(
            () => RegistryServer.StartAsync(shared.Azurite.ConnectionString, null, "--Access:Mode=required", "--Access:BootstrapToken=admin"));
        Assert.Contains("Access__BootstrapToken is too short (5 characters)", weak.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("admin", weak.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_open_Registry_cannot_identify_callers() =>
        Assert.Equal(HttpStatusCode.Unauthorized, (await shared.Http.GetAsync("/api/tokens/self")).StatusCode);

    private static IConfiguration Settings(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value))).Build();
}
