using System.Net;
using System.Net.Sockets;

namespace Linnaeus.AppHost;

/// <summary>Ports of the services and the dashboard.</summary>
internal static class Ports
{
    // The dashboard's URLs in Aspire's configuration.
    private static readonly string[] DashboardAddresses =
    [
        DashboardAddress, "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL",
    ];

    private const string DashboardAddress = "ASPNETCORE_URLS";

    /// <summary>
    /// Adds <paramref name="offset"/> to every fixed port of the services and the dashboard. Services listen without a proxy in front, which would
    /// keep requests to a stopped service waiting instead of refusing them.
    /// </summary>
    /// <exception cref="DistributedApplicationException">A port is in use.</exception>
    public static void PlacePorts(this IDistributedApplicationBuilder builder, int offset)
    {
        if (!builder.ExecutionContext.IsRunMode)
            return;
        foreach (var resource in builder.Resources)
        {
            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
            {
                endpoint.IsProxied = false;
                endpoint.Port += offset;
                if (endpoint.Port is { } port)
                    CheckFree(port, resource.Name);
            }
        }
        foreach (var name in DashboardAddresses)
        {
            if (builder.Configuration[name] is { Length: > 0 } addresses)
                builder.Configuration[name] = string.Join(';', addresses.Split(';').Select(address => Move(address, offset)));
        }
    }

    /// <summary>The dashboard's base URL, without the login token. Empty when no dashboard is configured.</summary>
    public static string Dashboard(this IDistributedApplicationBuilder builder) => builder.Configuration[DashboardAddress]?.Split(';')[0] ?? "";

    private static void CheckFree(int port, string resource)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }
        catch (SocketException)
        {
            throw new DistributedApplicationException(
                $"Port {port} of {resource} is in use. Stop the program that uses it, or shift all ports with --port-offset 100.");
        }
    }

    private static string Move(string address, int offset)
    {
        var uri = new Uri(address);
        return new UriBuilder(uri) { Port = uri.Port + offset }.Uri.GetLeftPart(UriPartial.Authority);
    }
}
