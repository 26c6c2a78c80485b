using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Linnaeus.AppHost;

/// <summary>The Registry's endpoint, for the AppHost's own services.</summary>
/// <param name="Endpoint">Where it is.</param>
/// <param name="Token">What it asks for; null when it is open.</param>
internal sealed record RegistryAddress(EndpointReference Endpoint, string? Token);

/// <summary>Tells where the Registry is, once it answers.</summary>
internal sealed class Welcome(
    ResourceNotificationService notifications, RegistryAddress registry, AppHostSettings settings, ILogger<Welcome> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await notifications.WaitForResourceHealthyAsync(registry.Endpoint.Resource.Name, WaitBehavior.WaitOnResourceUnavailable, stoppingToken);
        log.LogInformation("Registry at {Url}", registry.Endpoint.Url);
        if (settings.RequiresTokens)
            log.LogInformation("Tokens are required. The administrator's is in {File}: export MLFLOW_TRACKING_TOKEN=$(cat that file)", settings.AdminTokenFile);
    }
}
