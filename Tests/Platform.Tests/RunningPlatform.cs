using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Linnaeus.Registry.Client;

namespace Linnaeus.Platform.Tests;

/// <summary>The whole platform, started as users start it, with its own data folder.</summary>
public sealed class RunningPlatform : IAsyncDisposable
{
    public const string DashboardToken = "token-of-this-test";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(3);
    private static readonly string[] Services = ["registry", "trainer", "explainer"];

    private RunningPlatform(DistributedApplication app, int portOffset) => (App, PortOffset) = (app, portOffset);

    public DistributedApplication App { get; }

    public int PortOffset { get; }

    public Uri Dashboard => new($"http://localhost:{15500 + PortOffset}");

    public Uri Registry => App.GetEndpoint("registry", "http");

    public Uri Explainer => App.GetEndpoint("explainer", "http");

    /// <summary>The Portal's URL, once it is healthy.</summary>
    public async Task<Uri> PortalAsync(CancellationToken cancellationToken)
    {
        await App.ResourceNotifications.WaitForResourceHealthyAsync("portal", cancellationToken).WaitAsync(StartTimeout, cancellationToken);
        return App.GetEndpoint("portal", "http");
    }

    public static async Task<RunningPlatform> StartAsync(string dataFolder, CancellationToken cancellationToken, params string[] options)
    {
        var offset = FreeOffset();
        string[] arguments =
        [
            "--data", dataFolder, "--quickstart", "false", "--port-offset", offset.ToString(CultureInfo.InvariantCulture),
            // As in the launch profile, instead of the test builder's default.
            "--ASPNETCORE_URLS", "http://localhost:15500",
            "--DcpPublisher:RandomizePorts", "false",
            "--ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN", DashboardToken,
            .. options,
        ];
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            arguments, (options, _) => options.DisableDashboard = false, cancellationToken);
        var app = await builder.BuildAsync(cancellationToken).WaitAsync(StartTimeout, cancellationToken);
        await app.StartAsync(cancellationToken).WaitAsync(StartTimeout, cancellationToken);
        foreach (var service in Services)
            await app.ResourceNotifications.WaitForResourceHealthyAsync(service, cancellationToken).WaitAsync(StartTimeout, cancellationToken);
        return new RunningPlatform(app, offset);
    }

    /// <summary>Executes a resource's command with arguments, as the dashboard does.</summary>
    public Task<ExecuteCommandResult> ExecuteAsync(string resource, string command, CancellationToken cancellationToken, params (string Name, string Value)[] arguments) =>
        App.ResourceCommands.ExecuteCommandAsync(resource, command, new InteractionInputCollection(
            [.. arguments.Select(argument => new InteractionInput { Name = argument.Name, InputType = InputType.Text, Value = argument.Value })]), cancellationToken);

    /// <summary>A Registry client like that of the platform's services, without retries.</summary>
    public RegistryClient CreateRegistryClient() => new(new HttpClient { BaseAddress = Registry });

    /// <summary>The id of a resource's process.</summary>
    public int ProcessId(string resource)
    {
        Assert.True(App.ResourceNotifications.TryGetCurrentState(resource, out var state), $"There is no resource {resource}.");
        return ProcessId(state) ?? throw new InvalidOperationException($"{resource} has no process now.");
    }

    /// <summary>Waits until a process other than <paramref name="before"/> runs the resource and is healthy.</summary>
    public async Task WaitForNewProcessAsync(string resource, int before, CancellationToken cancellationToken)
    {
        await App.ResourceNotifications.WaitForResourceAsync(resource, state => ProcessId(state) is { } now && now != before, cancellationToken).WaitAsync(StartTimeout, cancellationToken);
        await App.ResourceNotifications.WaitForResourceHealthyAsync(resource, cancellationToken).WaitAsync(StartTimeout, cancellationToken);
    }

    public int[] ProcessIds() => [.. Services.Append("storage").Select(ProcessId)];

    public async Task StopAsync(CancellationToken cancellationToken) => await App.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync() => await App.DisposeAsync();

    private static int? ProcessId(ResourceEvent state) =>
        state.Snapshot.Properties.FirstOrDefault(p => p.Name == "executable.pid")?.Value is { } value
            ? Convert.ToInt32(value, CultureInfo.InvariantCulture)
            : null;

    /// <summary>
    /// An offset whose ports are free: those of the services, the dashboard, its telemetry receiver and its resource service.
    /// </summary>
    public static int FreeOffset()
    {
        while (true)
        {
            var offset = Random.Shared.Next(1, 170) * 100;
            if (Enumerable.Range(5500, 4).Concat(Enumerable.Range(15500, 4)).All(port => IsFree(port + offset)))
                return offset;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
