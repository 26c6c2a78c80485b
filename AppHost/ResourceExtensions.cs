using System.Globalization;

namespace Linnaeus.AppHost;

/// <summary>What several resources have in common.</summary>
internal static class ResourceExtensions
{
    // Addresses of the dashboard, which Aspire reads from its configuration.
    private static readonly string[] DashboardAddresses =
    [
        "ASPNETCORE_URLS", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL",
    ];

    /// <summary>
    /// Threads of tensor operations. Idle ones sleep instead of spinning, as several services share the cores. Tensors of all threads share one heap of the C
    /// library, the only one that keeps blocks beyond 64 MiB: with others what is freed in one is no use to another, and large blocks are mapped anew each time.
    /// </summary>
    public static IResourceBuilder<T> WithThreads<T>(this IResourceBuilder<T> builder, int threads)
        where T : IResourceWithEnvironment => builder
        .WithEnvironment("OMP_NUM_THREADS", threads.ToString(CultureInfo.InvariantCulture))
        .WithEnvironment("OMP_WAIT_POLICY", "passive")
        .WithEnvironment("MALLOC_ARENA_MAX", "1");

    /// <summary>Adds <paramref name="offset"/> to every fixed port of the services and of the dashboard.</summary>
    public static void MovePorts(this IDistributedApplicationBuilder builder, int offset)
    {
        if (offset == 0)
            return;
        foreach (var endpoint in builder.Resources.SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>()))
            endpoint.Port += offset;
        foreach (var name in DashboardAddresses)
        {
            if (builder.Configuration[name] is { Length: > 0 } addresses)
                builder.Configuration[name] = string.Join(';', addresses.Split(';').Select(address => Move(address, offset)));
        }
    }

    private static string Move(string address, int offset)
    {
        var uri = new Uri(address);
        return new UriBuilder(uri) { Port = uri.Port + offset }.Uri.GetLeftPart(UriPartial.Authority);
    }
}
