using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Linnaeus.AppHost;

namespace Linnaeus.Platform.Tests;

/// <summary>Process handling of the AppHost on the real orchestrator, with shells in place of the services.</summary>
public sealed class LifetimeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("linnaeus-lifetime-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_service_that_keeps_crashing_is_restarted_with_growing_delays()
    {
        var builder = CreateBuilder();
        Shell(builder, "trainer", "date +%s%3N >> starts; [ $(wc -l < starts) -ge 4 ] && exec sleep 1000; kill -KILL $$");
        await using var app = await StartAsync(builder);

        await AppHostProcess.UntilAsync(() => Task.FromResult(Lines("starts").Length == 4), Cancellation);
        var starts = Lines("starts").Select(line => long.Parse(line, CultureInfo.InvariantCulture)).ToArray();
        // The time between two starts is at least the delay between them.
        Assert.All(Enumerable.Range(0, 3), i => Assert.True(starts[i + 1] - starts[i] >= 1000 << i, string.Join(' ', starts)));
        await app.ResourceNotifications.WaitForResourceAsync("trainer", KnownResourceStates.Running, Cancellation);
        await app.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_stop_ends_entire_process_trees_dependents_first()
    {
        var builder = CreateBuilder();
        const string Note = "trap 'echo {0} >> stopped; exit 0' TERM; echo $$ >> starts; while :; do sleep 0.1; done";
        var storage = Shell(builder, "storage", Note.Replace("{0}", "storage", StringComparison.Ordinal));
        var registry = Shell(builder, "registry", Note.Replace("{0}", "registry", StringComparison.Ordinal)).WaitFor(storage);
        Shell(builder, "trainer", "(trap '' TERM; exec sleep 1000) & echo $! >> starts; " + Note.Replace("{0}", "trainer", StringComparison.Ordinal)).WaitFor(registry);
        await using var app = await StartAsync(builder);
        await AppHostProcess.UntilAsync(() => Task.FromResult(Lines("starts").Length == 4), Cancellation);
        foreach (var service in (string[])["storage", "registry", "trainer"])
            await app.ResourceNotifications.WaitForResourceAsync(service, KnownResourceStates.Running, Cancellation);

        await app.StopAsync(Cancellation);

        Assert.Equal(["trainer", "registry", "storage"], Lines("stopped"));
        Assert.DoesNotContain(Lines("starts").Select(line => int.Parse(line, CultureInfo.InvariantCulture)), AppHostProcess.Lives);
    }

    /// <summary>A separate app model on the orchestrator of the AppHost's build.</summary>
    private static IDistributedApplicationBuilder CreateBuilder() => DistributedApplication.CreateBuilder(new DistributedApplicationOptions
    {
        AssemblyName = typeof(Projects.AppHost).Assembly.GetName().Name,
        DisableDashboard = true,
        AllowUnsecuredTransport = true,
        Args = ["--DcpPublisher:WaitForResourceCleanup", "true"],
    });

    private static async Task<DistributedApplication> StartAsync(IDistributedApplicationBuilder builder)
    {
        builder.AddLifetime();
        var app = builder.Build();
        await app.StartAsync(Cancellation);
        return app;
    }

    private IResourceBuilder<ExecutableResource> Shell(IDistributedApplicationBuilder builder, string name, string script) =>
        builder.AddExecutable(name, "/bin/sh", _folder, "-c", script).KeepRunning();

    private string[] Lines(string file)
    {
        var path = Path.Combine(_folder, file);
        return File.Exists(path) ? File.ReadAllLines(path) : [];
    }
}
