using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Linnaeus.AppHost;

/// <summary>Tells where the Registry and the Portal are, once they answer.</summary>
internal sealed class Welcome(
    ResourceNotificationService notifications, PlatformAddresses addresses, AppHostSettings settings, ILogger<Welcome> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await TellAsync("Registry", addresses.Registry, stoppingToken);
        if (settings.RequiresTokens)
            log.LogInformation("Tokens are required. The administrator's is in {File}: sign in to the Portal with it, or export MLFLOW_TRACKING_TOKEN=$(cat that file)", settings.AdminTokenFile);
        await TellAsync("Portal", addresses.Portal, stoppingToken);
    }

    private async Task TellAsync(string name, EndpointReference endpoint, CancellationToken cancellationToken)
    {
        await notifications.WaitForResourceHealthyAsync(endpoint.Resource.Name, WaitBehavior.WaitOnResourceUnavailable, cancellationToken);
        log.LogInformation("{Name} at {Url}", name, endpoint.Url);
    }
}
