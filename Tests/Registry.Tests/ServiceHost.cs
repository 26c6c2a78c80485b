using Linnaeus.Registry.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Linnaeus.Registry.Tests;

/// <summary>A service like the platform's own: service defaults and clients of the others.</summary>
internal static class ServiceHost
{
    /// <param name="settings">E.g. <c>--services:registry:http:0=http://127.0.0.1:1</c>.</param>
    public static WebApplicationBuilder CreateBuilder(params string[] settings)
    {
        var builder = WebApplication.CreateBuilder(
            ["--urls=http://127.0.0.1:0", "--HttpResilience:Delay=00:00:00.010", "--Logging:LogLevel:Default=Warning", .. settings]);
        builder.AddServiceDefaults();
        builder.Services.AddRegistryClient();
        builder.Services.AddExplainerClient();
        return builder;
    }

    public static WebApplication Create(params string[] settings) => CreateBuilder(settings).Build();

    public static HttpClient CreateHttp(this WebApplication app) =>
        app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("test");
}
