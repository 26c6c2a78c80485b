using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Linnaeus.AppHost;

/// <summary>Logs the URLs of the Registry and the Portal once they answer.</summary>
internal sealed class Welcome(
    ResourceNotificationService notifications, PlatformAddresses addresses, AppHostSettings settings, ILogger<Welcome> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await TellAsync("Registry", addresses.Registry, stoppingToken);
        if (settings.RequiresTokens)
            log.LogInformation("Tokens are required. The administrator's token is in {File}: use it to sign in to the Portal, or export MLFLOW_TRACKING_TOKEN=$(cat FILE)", settings.AdminTokenFile);
        await TellAsync("Portal", addresses.Portal, stoppingToken);
    }

    private async Task TellAsync(string name, EndpointReference endpoint, CancellationToken cancellationToken)
    {
        await notifications.WaitForResourceHealthyAsync(endpoint.Resource.Name, WaitBehavior.WaitOnResourceUnavailable, cancellationToken);
        log.LogInformation("{Name} at {Url}", name, endpoint.Url);
    }
}
