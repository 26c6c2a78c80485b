using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

/// <summary>A bare Kestrel that takes nothing from the environment: the AppHost's own variables are not meant for it.</summary>
internal static class Listener
{
    public static WebApplication Create(params IEnumerable<(Uri Url, HttpProtocols Protocols)> addresses)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        // What fails at start is thrown to the AppHost, which says it once.
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Error).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Services.AddRouting();
        builder.Services.AddSingleton<IHostLifetime, Guest>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = OtlpBody.MaxBytes + 1024;
            foreach (var (url, protocols) in addresses)
                Bind(kestrel, url, listen => listen.Protocols = protocols);
        });
        return builder.Build();
    }

    /// <summary>Starts the server and gives its addresses, with real ports where 0 was asked.</summary>
    /// <exception cref="DistributedApplicationException">A port is taken; the message names the address and how to change it.</exception>
    public static async Task<Uri[]> StartAsync(WebApplication app, string what, string variable, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException fault)
        {
            throw new DistributedApplicationException(
                $"The dashboard cannot listen for {what}: {fault.Message} Stop the program that uses the port, or set {variable} to "
                + "another address.",
                fault);
        }
        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
        return [.. addresses.Addresses.Select(a => new Uri(a))];
    }

    private static void Bind(KestrelServerOptions kestrel, Uri url, Action<ListenOptions> configure)
    {
        if (url.Scheme != Uri.UriSchemeHttp)
            throw new DistributedApplicationException($"The dashboard address {url} is not http: use the 'http' launch profile, or an http:// address.");
        if (IPAddress.TryParse(url.DnsSafeHost, out var address))
            kestrel.Listen(address, url.Port, configure);
        else if (url.Host is "localhost" && url.Port != 0)
            kestrel.ListenLocalhost(url.Port, configure);
        else if (url.Host is "localhost")
            kestrel.Listen(IPAddress.Loopback, 0, configure); // Kestrel cannot pick one port for both loopback addresses.
        else
            throw new DistributedApplicationException($"The dashboard address {url} names a host: use localhost or an IP address of this machine.");
    }

    /// <summary>Ctrl+C and SIGTERM belong to the AppHost; the usual lifetime would take them over.</summary>
    private sealed class Guest : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
