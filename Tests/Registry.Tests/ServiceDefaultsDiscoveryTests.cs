using Microsoft.AspNetCore.Http;

namespace Linnaeus.Registry.Tests;

public sealed class ServiceDefaultsDiscoveryTests
{
    [Theory]
    [InlineData("http://registry/path?q=a%20b", "http")]
    [InlineData("https+http://registry/path?q=a%20b", "http")]
    [InlineData("http://_admin.registry/path?q=a%20b", "admin")]
    [InlineData("http://registry/path?q=a%20b", "default")]
    public async Task A_service_name_resolves_to_its_configured_address(string address, string key)
    {
        await using var server = await KestrelStub.StartAsync(context => context.Response.WriteAsync(context.Request.Path + context.Request.QueryString));
        await using var app = ServiceHost.Create($"--services:registry:{key}:0={server.Address}");
        using var http = app.CreateHttp();

        Assert.Equal("/path?q=a%20b", await http.GetStringAsync(address));
    }

    [Fact]
    public async Task Several_addresses_are_used_in_turn()
    {
        await using var first = await KestrelStub.StartAsync(context => context.Response.WriteAsync("first"));
        await using var second = await KestrelStub.StartAsync(context => context.Response.WriteAsync("second"));
        await using var app = ServiceHost.Create($"--services:registry:http:0={first.Address}", $"--services:registry:http:1={second.Address}");
        using var http = app.CreateHttp();

        string[] answers = [await http.GetStringAsync("http://registry"), await http.GetStringAsync("http://registry"), await http.GetStringAsync("http://registry")];

        Assert.Equal(["first", "second"], answers[..2].Order());
        Assert.Equal(answers[0], answers[2]);
    }

    [Fact]
    public async Task A_retry_uses_the_next_address()
    {
        await using var good = await KestrelStub.StartAsync(context => context.Response.WriteAsync("good"));
        await using var app = ServiceHost.Create(
            $"--services:registry:http:0=http://127.0.0.1:{AzuriteServer.FreePort()}", $"--services:registry:http:1={good.Address}");
        using var http = app.CreateHttp();

        Assert.Equal("good", await http.GetStringAsync("http://registry"));
    }

    [Fact]
    public async Task An_address_that_is_not_a_service_name_is_unchanged()
    {
        await using var server = await KestrelStub.StartAsync(context => context.Response.WriteAsync("as it is"));
        await using var app = ServiceHost.Create("--services:registry:http:0=http://127.0.0.1:1");
        using var http = app.CreateHttp();

        Assert.Equal("as it is", await http.GetStringAsync(server.Address));
    }
}
