using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Linnaeus.AppHost;

/// <summary>Where people and the AppHost's own services find the platform.</summary>
/// <param name="Registry">The Registry's endpoint.</param>
/// <param name="Portal">The Portal's endpoint.</param>
internal sealed record PlatformAddresses(EndpointReference Registry, EndpointReference Portal, AppHostSettings Settings)
{
    /// <summary>The administrator's token; null when the services are open.</summary>
    public string? Token => Settings.RequiresTokens ? PlatformAccess.Secret(Settings.AdminTokenFile) : null;
}

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
