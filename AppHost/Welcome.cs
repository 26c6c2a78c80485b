using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Linnaeus.AppHost;

/// <summary>The Registry's endpoint, for the AppHost's own services.</summary>
internal sealed record RegistryAddress(EndpointReference Endpoint);

/// <summary>Tells where the Registry is, once it answers.</summary>
internal sealed class Welcome(ResourceNotificationService notifications, RegistryAddress registry, ILogger<Welcome> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await notifications.WaitForResourceHealthyAsync(registry.Endpoint.Resource.Name, WaitBehavior.WaitOnResourceUnavailable, stoppingToken);
        log.LogInformation("Registry at {Url}", registry.Endpoint.Url);
    }
}
