using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Linnaeus.Registry.Client;

namespace Linnaeus.Platform.Tests;

/// <summary>The whole platform, started as its users start it, with its data in a folder of its own.</summary>
public sealed class RunningPlatform : IAsyncDisposable
{
    public const string DashboardToken = "token-of-this-test";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(3);
    private static readonly string[] Services = ["registry", "trainer", "explainer"];
    private readonly DistributedApplication _app;

    private RunningPlatform(DistributedApplication app, Uri dashboard) => (_app, Dashboard) = (app, dashboard);

    public Uri Dashboard { get; }

    public Uri Registry => _app.GetEndpoint("registry", "http");

    public Uri Explainer => _app.GetEndpoint("explainer", "http");

    /// <summary>Where it is; it answers once it is healthy.</summary>
    public async Task<Uri> PortalAsync(CancellationToken cancellationToken)
    {
        await _app.ResourceNotifications.WaitForResourceHealthyAsync("portal", cancellationToken).WaitAsync(StartTimeout, cancellationToken);
        return _app.GetEndpoint("portal", "http");
    }

    public static async Task<RunningPlatform> StartAsync(string dataFolder, CancellationToken cancellationToken, params string[] options)
    {
        var dashboard = new Uri($"http://localhost:{FreePort()}");
        string[] arguments =
        [
            "--data", dataFolder, "--quickstart", "false",
            "--ASPNETCORE_URLS", dashboard.ToString(),
            "--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", $"http://localhost:{FreePort()}",
            "--ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", $"http://localhost:{FreePort()}",
            "--ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN", DashboardToken,
            .. options,
        ];
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            arguments, (options, _) => options.DisableDashboard = false, cancellationToken);
        var app = await builder.BuildAsync(cancellationToken).WaitAsync(StartTimeout, cancellationToken);
        await app.StartAsync(cancellationToken).WaitAsync(StartTimeout, cancellationToken);
        foreach (var service in Services)
            await app.ResourceNotifications.WaitForResourceHealthyAsync(service, cancellationToken).WaitAsync(StartTimeout, cancellationToken);
        return new RunningPlatform(app, dashboard);
    }

    /// <summary>A client of the Registry as the platform's own services use it, without retries.</summary>
    public RegistryClient CreateRegistryClient() => new(new HttpClient { BaseAddress = Registry });

    /// <summary>The operating system's number of a resource's process.</summary>
    public int ProcessId(string resource)
    {
        Assert.True(_app.ResourceNotifications.TryGetCurrentState(resource, out var state), $"There is no resource {resource}.");
        return ProcessId(state) ?? throw new InvalidOperationException($"{resource} has no process now.");
    }

    /// <summary>Waits until another process than <paramref name="before"/> runs the resource, and is healthy.</summary>
    public async Task WaitForNewProcessAsync(string resource, int before, CancellationToken cancellationToken)
    {
        await _app.ResourceNotifications.WaitForResourceAsync(resource, state => ProcessId(state) is { } now && now != before, cancellationToken).WaitAsync(StartTimeout, cancellationToken);
        await _app.ResourceNotifications.WaitForResourceHealthyAsync(resource, cancellationToken).WaitAsync(StartTimeout, cancellationToken);
    }

    public int[] ProcessIds() => [.. Services.Append("storage").Select(ProcessId)];

    public async Task StopAsync(CancellationToken cancellationToken) => await _app.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static int? ProcessId(ResourceEvent state) =>
        state.Snapshot.Properties.FirstOrDefault(p => p.Name == "executable.pid")?.Value is { } value
            ? Convert.ToInt32(value, CultureInfo.InvariantCulture)
            : null;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
