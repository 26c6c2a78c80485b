using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Runtime;

/// <summary>
/// Starts the dashboard and every resource, watches their health, carries out commands, and stops it all: a resource is
/// stopped once those that depend on it are gone.
/// </summary>
internal sealed class Orchestrator(
    IServiceProvider services,
    DistributedApplicationModel model,
    DistributedApplicationOptions options,
    DistributedApplicationExecutionContext executionContext,
    ResourceNotificationService notifications,
    ResourceLoggerService consoles,
    IConfiguration configuration,
    ILogger<DistributedApplication> log) : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Lock stopping = new();
    private readonly List<ResourceReplica> replicas = [];
    private readonly List<EndpointProxy> proxies = [];
    private readonly List<Task> monitors = [];
    private OrphanReaper? reaper;
    private DashboardHost? dashboard;
    private Task? stopped;

    /// <summary>Returns when every resource has been told to start.</summary>
    /// <exception cref="DistributedApplicationException">A port is taken, or the dashboard is misconfigured.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var ports = new EndpointAllocator(services.GetService<RandomizedPorts>() is not null).Allocate(model.Resources);
        if (!options.DisableDashboard)
            dashboard = await StartDashboardAsync(cancellationToken).ConfigureAwait(false);
        reaper = new OrphanReaper();
        foreach (var resource in model.Resources)
            await AddAsync(resource, ports, cancellationToken).ConfigureAwait(false);
        foreach (var proxied in ports.GroupBy(p => p.Endpoint).Where(NeedsProxy))
            proxies.Add(new EndpointProxy(proxied.Key.AllocatedEndpoint!.Port, [.. proxied.Select(p => p.Port)]));

        var health = new HealthMonitor(services.GetRequiredService<HealthCheckService>(), notifications, log);
        monitors.AddRange(model.Resources.Select(resource => MonitorAsync(health, resource)));
        foreach (var replica in replicas.Where(r => !r.Resource.Annotations.OfType<ExplicitStartupAnnotation>().Any()))
            await replica.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Returns when no process is left.</summary>
    public Task StopAsync()
    {
        lock (stopping)
            return stopped ??= StopAllAsync();
    }

    /// <summary>Carries out a command of one replica.</summary>
    public async Task<ExecuteCommandResult> ExecuteAsync(string resourceId, string command, CancellationToken cancellationToken)
    {
        if (replicas.FirstOrDefault(r => string.Equals(r.Id, resourceId, StringComparison.OrdinalIgnoreCase)) is not { } replica)
            return CommandResults.Failure($"Resource '{resourceId}' has no commands.");
        if (stop.IsCancellationRequested)
            return CommandResults.Failure("The application is stopping.");
        if (command is not ("start" or "stop" or "restart"))
            return CommandResults.Failure($"Command '{command}' not available for resource '{resourceId}'.");
        log.LogInformation("{Resource}: {Command}", replica.Resource.Name, command);
        if (command is "stop" or "restart")
            await replica.StopAsync(cancellationToken).ConfigureAwait(false);
        if (command is "start" or "restart")
            await replica.StartAsync(cancellationToken).ConfigureAwait(false);
        return CommandResults.Success();
    }

    public void Dispose() => stop.Dispose();

    private static bool NeedsProxy(IGrouping<EndpointAnnotation, ReplicaPort> ports) => ports.Any(p => p.Port != ports.Key.AllocatedEndpoint!.Port);

    private async Task<DashboardHost> StartDashboardAsync(CancellationToken cancellationToken)
    {
        var settings = DashboardConfiguration.Read(configuration, options);
        var started = await DashboardHost.StartAsync(
            settings, new DashboardModel(notifications, consoles, services.GetRequiredService<ResourceCommandService>()), cancellationToken).ConfigureAwait(false);
        if (settings.BrowserToken is null)
            log.LogInformation("Dashboard at {Url}", settings.LoginUrl);
        else
            log.LogInformation("Login to the dashboard at {Url}", settings.LoginUrl);
        return started;
    }

    private async Task AddAsync(IResource resource, IReadOnlyList<ReplicaPort> ports, CancellationToken cancellationToken)
    {
        if (resource is not (ProjectResource or ExecutableResource))
        {
            await PublishValueAsync(resource, cancellationToken).ConfigureAwait(false);
            return;
        }
        var count = resource.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1;
        for (var index = 0; index < count; index++)
        {
            var replica = new ReplicaConfiguration(resource, index, ports, executionContext);
            consoles.Add(resource.Name, replica.Id);
            notifications.Publish(resource, replica.Id, _ => ReplicaSnapshot.WithCommands(ReplicaSnapshot.Initial(resource)));
            var waits = new DependencyWait(notifications, options.DisableDashboard);
            replicas.Add(new ResourceReplica(replica, new ReplicaServices(notifications, consoles, reaper!, log, waits.WaitAsync)));
        }
    }

    /// <summary>A parameter or connection string is there once it has a value.</summary>
    private async Task PublishValueAsync(IResource resource, CancellationToken cancellationToken)
    {
        try
        {
            var value = resource is IValueProvider provider ? await provider.GetValueAsync(cancellationToken).ConfigureAwait(false) : null;
            notifications.Publish(resource, resource.Name, s => s with
            {
                State = new(KnownResourceStates.Running, KnownResourceStateStyles.Success),
                CreationTimeStamp = DateTime.UtcNow,
                Properties = [new ResourcePropertySnapshot("Value", value) { IsSensitive = resource is not ParameterResource { Secret: false } }],
                Relationships = ReplicaSnapshot.Relationships(resource),
            });
        }
        catch (DistributedApplicationException exception)
        {
            consoles.Write(resource.Name, exception.Message, isError: true);
            log.LogError("{Resource}: {Reason}", resource.Name, exception.Message);
            notifications.Publish(resource, resource.Name, s => s with { State = new(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error) });
        }
    }

    private async Task MonitorAsync(HealthMonitor health, IResource resource)
    {
        try
        {
            await health.WatchAsync(resource, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return; // the application stops
        }
    }

    private async Task StopAllAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(monitors).ConfigureAwait(false);
        var order = new Dictionary<IResource, Task>();
        await Task.WhenAll(model.Resources.Select(resource => StopAfterDependentsAsync(resource, order))).ConfigureAwait(false);
        foreach (var replica in replicas)
            await replica.DisposeAsync().ConfigureAwait(false);
        foreach (var proxy in proxies)
            await proxy.DisposeAsync().ConfigureAwait(false);
        if (reaper is not null)
            await reaper.DisposeAsync().ConfigureAwait(false);
        if (dashboard is not null)
            await dashboard.DisposeAsync().ConfigureAwait(false);
    }

    private Task StopAfterDependentsAsync(IResource resource, Dictionary<IResource, Task> order)
    {
        if (order.TryGetValue(resource, out var known))
            return known;
        // Only resources that were declared later count, so that two that reference each other do not wait for ever.
        var dependents = model.Resources.Skip(model.Resources.IndexOf(resource) + 1).Where(later => Dependencies.Of(later).Contains(resource)).ToArray();
        return order[resource] = StopAsync(resource, Task.WhenAll(dependents.Select(dependent => StopAfterDependentsAsync(dependent, order))));
    }

    private async Task StopAsync(IResource resource, Task dependents)
    {
        await dependents.ConfigureAwait(false);
        await Task.WhenAll(replicas.Where(r => r.Resource == resource).Select(r => r.StopAsync(CancellationToken.None))).ConfigureAwait(false);
    }
}
