using Linnaeus.AppHost.Commands;
using Linnaeus.Registry.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Linnaeus.AppHost;

/// <summary>Gives an empty registry its first two training runs: the files in <c>quickstart/</c>, posted unchanged.</summary>
internal sealed class Quickstart(ResourceNotificationService notifications, PlatformAddresses platform, ILogger<Quickstart> log) : BackgroundService
{
    private static readonly string[] Presets = ["baseline", "keras"];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await notifications.WaitForResourceHealthyAsync(platform.Registry.Resource.Name, WaitBehavior.WaitOnResourceUnavailable, stoppingToken);
        var registry = platform.CreateRegistryClient();
        try
        {
            if ((await registry.Jobs.ListAsync(limit: 1, cancellationToken: stoppingToken)).Count > 0 || (await registry.Models.ListAsync(stoppingToken)).Count > 0)
                return;
            foreach (var preset in Presets)
            {
                var job = await registry.Jobs.SubmitAsync(TrainingPresets.Read(preset, dataset: null, model: null), stoppingToken);
                log.LogInformation("Quickstart: run '{Name}' queued as job {Job}", preset, job.Id);
            }
        }
        catch (RegistryException exception)
        {
            // The platform works without its examples, so the error is only logged.
            log.LogError("Quickstart failed to submit its runs: {Reason}", exception.Message);
        }
    }
}
