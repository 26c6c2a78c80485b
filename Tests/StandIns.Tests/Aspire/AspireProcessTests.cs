using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Linnaeus.StandIns.Tests.AspireHosting;

/// <summary>Order, health, restarts, commands and stop, with real processes.</summary>
public sealed class AspireProcessTests : IDisposable
{
    private const string HttpServer = "require('http').createServer((q, r) => r.end(process.env.NAME + ' ' + process.pid)).listen(process.env.PORT, '127.0.0.1')";

    private readonly string folder = Directory.CreateTempSubdirectory("linnaeus-aspire-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_resource_starts_when_what_it_waits_for_is_healthy()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.Services.AddHealthChecks().AddCheck("ready", () =>
            File.Exists(At("ready")) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("not yet"));
        var storage = Shell(builder, "storage", "sleep 1; touch ready; exec sleep 1000").WithHealthCheck("ready");
        Shell(builder, "registry", "[ -e ready ] && echo after > order || echo before > order; exec sleep 1000").WaitFor(storage);
        await using var app = await builder.BuildAsync(Token);
        await app.StartAsync(Token);

        await app.ResourceNotifications.WaitForResourceAsync("registry", KnownResourceStates.Waiting, Token);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("registry", Token);
        await Processes.EventuallyAsync(() => File.Exists(At("order")) && File.ReadAllText(At("order")).Length > 0, "registry did not run");
        Assert.Equal("after\n", await File.ReadAllTextAsync(At("order"), Token));
    }

    [Fact]
    public async Task Completion_is_waited_for_and_its_exit_code_compared()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var migration = Shell(builder, "migration", "touch migrated");
        Shell(builder, "registry", "[ -e migrated ] || exit 1; exec sleep 1000").WaitForCompletion(migration);
        Shell(builder, "other", "exec sleep 1000").WaitForCompletion(migration, exitCode: 7);
        await using var app = await builder.BuildAsync(Token);
        await app.StartAsync(Token);

        await app.ResourceNotifications.WaitForResourceAsync("registry", KnownResourceStates.Running, Token);
        Assert.Equal(
            KnownResourceStates.FailedToStart,
            await app.ResourceNotifications.WaitForResourceAsync("other", KnownResourceStates.TerminalStates, Token));
        Assert.Contains("exit code 0; 7 was expected", await ConsoleAsync(app, "other"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_http_resource_is_healthy_once_it_answers_and_is_reached_by_its_endpoint()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        Node(builder, "web").WithEnvironment("NAME", "web").WithHttpEndpoint(env: "PORT").WithHttpHealthCheck("/");
        await using var app = await builder.BuildAsync(Token);
        await app.StartAsync(Token);

        var healthy = await app.ResourceNotifications.WaitForResourceHealthyAsync("web", Token);
        Assert.Equal(HealthStatus.Healthy, Assert.Single(healthy.Snapshot.HealthReports).Status);
        using var client = app.CreateHttpClient("web");
        Assert.StartsWith("web ", await client.GetStringAsync("/", Token), StringComparison.Ordinal);
        Assert.Equal(client.BaseAddress, new Uri(Assert.Single(healthy.Snapshot.Urls).Url));
    }

    [Fact]
    public async Task Replicas_share_one_address()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var web = Node(builder, "web").WithEnvironment("NAME", "web").WithHttpEndpoint(env: "PORT").WithHttpHealthCheck("/");
        web.WithAnnotation(new ReplicaAnnotation(2)); // WithReplicas is for projects; what it leaves behind is this
        await using var app = await builder.BuildAsync(Token);
        await app.StartAsync(Token);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("web", Token);

        var answers = new HashSet<string>();
        while (answers.Count < 2)
        {
            using var client = app.CreateHttpClient("web"); // a connection of its own
            answers.Add(await client.GetStringAsync("/", Token));
        }
    }

    [Fact]
    public async Task A_crashed_process_is_started_again()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        Shell(builder, "trainer", "echo $$ >> starts; [ $(wc -l < starts) -ge 3 ] && exec sleep 1000; kill -KILL $$");
        await using var app = await builder.BuildAsync(Token);
        await app.StartAsync(Token);

        var crashed = await app.ResourceNotifications.WaitForResourceAsync("trainer", e => e.Snapshot.State?.Text == KnownResourceStates.Exited, Token);
        Assert.Equal(128 + 9, crashed.Snapshot.ExitCode);
        await Processes.EventuallyAsync(() => File.ReadAllLines(At("starts")).Length == 3, "it was not started three times");
        await app.ResourceNotifications.WaitForResourceAsync("trainer", KnownResourceStates.Running, Token);
        Assert.Equal(3, Processes.Read(At("starts")).Distinct().Count());
    }

    [Fact]
    public async Task A_process_that_ends_well_is_finished()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        Shell(builder, "once", "echo $$ >> starts");
        await using var app = await builder.BuildAsync(Token);
        await app.StartAsync(Token);
        await app.ResourceNotifications.WaitForResourceAsync("once", KnownResourceStates.Finished, Token);
        Assert.Single(Processes.Read(At("starts")));
    }

    [Fact]
    public async Task Stop_start_and_restart_are_commands()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var resource = Shell(builder, "web", "echo $$ >> starts; exec sleep 1000").WithExplicitStart().Resource;
        await using var app = await builder.BuildAsync(Token);
        await app.StartAsync(Token);
        await app.ResourceNotifications.WaitForResourceAsync("web", KnownResourceStates.NotStarted, Token);
        Assert.Equal([ResourceCommandState.Enabled, ResourceCommandState.Disabled, ResourceCommandState.Disabled], Commands(app));

        Assert.True((await app.ResourceCommands.ExecuteCommandAsync(resource, KnownResourceCommands.StartCommand, Token)).Success);
        await StartedAsync(app, 1);
        Assert.Equal([ResourceCommandState.Disabled, ResourceCommandState.Enabled, ResourceCommandState.Enabled], Commands(app));

        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("web", KnownResourceCommands.RestartCommand, Token)).Success);
        await StartedAsync(app, 2);
        var processes = Processes.Read(At("starts"));
        Assert.False(Processes.Lives(processes[0]));
        Assert.True(Processes.Lives(processes[1]));

        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("web", KnownResourceCommands.StopCommand, Token)).Success);
        Assert.False(Processes.Lives(processes[1]));
        Assert.False((await app.ResourceCommands.ExecuteCommandAsync("web", "no-such-command", Token)).Success);
        Assert.False((await app.ResourceCommands.ExecuteCommandAsync("nobody", KnownResourceCommands.StopCommand, Token)).Success);
    }

    [Fact]
    public async Task Stop_ends_whole_process_trees_dependents_first()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        const string Note = "trap 'echo {0} >> stopped; exit 0' TERM; echo $$ >> starts; while :; do sleep 0.1; done";
        var storage = Shell(builder, "storage", Note.Replace("{0}", "storage", StringComparison.Ordinal));
        var registry = Shell(builder, "registry", Note.Replace("{0}", "registry", StringComparison.Ordinal)).WaitFor(storage);
        Shell(builder, "trainer", "(trap '' TERM; exec sleep 1000) & echo $! >> starts; " + Note.Replace("{0}", "trainer", StringComparison.Ordinal)).WaitFor(registry);
        await using var app = await builder.BuildAsync(Token);
        await app.StartAsync(Token);
        await Processes.EventuallyAsync(() => File.Exists(At("starts")) && File.ReadAllLines(At("starts")).Length == 4, "not all were started");

        await app.StopAsync(Token);

        Assert.Equal(["trainer", "registry", "storage"], await File.ReadAllLinesAsync(At("stopped"), Token));
        await Processes.AssertGoneAsync(Processes.Read(At("starts")));
    }

    [Fact]
    public async Task A_process_that_ignores_the_request_is_killed()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        Shell(builder, "stubborn", "trap '' TERM; echo $$ > starts; while :; do sleep 0.1; done");
        await using var app = await builder.BuildAsync(Token);
        await app.StartAsync(Token);
        await Processes.EventuallyAsync(() => File.Exists(At("starts")) && Processes.Read(At("starts")).Length == 1, "it was not started");
        await app.StopAsync(Token);
        await Processes.AssertGoneAsync(Processes.Read(At("starts")));
    }

    [Fact]
    public async Task A_taken_port_is_named_with_its_resource_before_anything_starts()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true });
        Shell(builder, "first", "touch started");
        Shell(builder, "registry", "true").WithHttpEndpoint(port);
        await using var app = builder.Build();

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(() => app.StartAsync(Token));
        Assert.Contains($"{port}", exception.Message, StringComparison.Ordinal);
        Assert.Contains("'registry'", exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(At("started")));
    }

    [Theory]
    [InlineData("no-such-program", "no-such-program")]
    [InlineData("./missing", "./missing")]
    public async Task A_missing_program_is_named(string command, string named)
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddExecutable("tool", command, folder);
        await using var app = await builder.BuildAsync(Token);
        await app.StartAsync(Token);
        await app.ResourceNotifications.WaitForResourceAsync("tool", KnownResourceStates.FailedToStart, Token);
        Assert.Contains($"'{named}' was not found", await ConsoleAsync(app, "tool"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_waiter_fails_with_what_it_waits_for()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var storage = Shell(builder, "storage", "exit 5");
        Shell(builder, "registry", "true").WaitFor(builder.AddExecutable("absent", "no-such-program", folder)).WaitFor(storage);
        await using var app = await builder.BuildAsync(Token);
        await app.StartAsync(Token);
        await app.ResourceNotifications.WaitForResourceAsync("registry", KnownResourceStates.FailedToStart, Token);
        await Assert.ThrowsAsync<DistributedApplicationException>(() =>
            app.ResourceNotifications.WaitForResourceHealthyAsync("absent", WaitBehavior.StopOnResourceUnavailable, Token));
    }

    [Fact]
    public async Task Consoles_keep_lines_without_escapes_and_tell_errors_apart()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        Shell(builder, "web", @"printf '\033[32minfo\033[39m: \033]0;title\007ready\n'; echo bad >&2; exec sleep 1000");
        await using var app = await builder.BuildAsync(Token);
        await app.StartAsync(Token);

        var lines = new List<LogLine>();
        var consoles = app.Services.GetRequiredService<ResourceLoggerService>();
        await foreach (var batch in consoles.WatchAsync("web").WithCancellation(Token))
        {
            lines.AddRange(batch);
            if (lines.Count == 2)
                break;
        }
        Assert.Equal([("bad", true), ("info: ready", false)], lines.Select(line => (line.Content, line.IsErrorMessage)).Order());
    }

    [Fact]
    public async Task Variables_of_the_AppHost_itself_are_not_inherited()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        Shell(builder, "web", "env > environment; touch written").WithEnvironment("OWN", "1");
        Environment.SetEnvironmentVariable("ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN", "s3cret");
        Environment.SetEnvironmentVariable("ASPNETCORE_URLS", "http://localhost:15500");
        try
        {
            await using var app = await builder.BuildAsync(Token);
            await app.StartAsync(Token);
            await Processes.EventuallyAsync(() => File.Exists(At("written")), "it did not run");
        }
        finally
        {
            Environment.SetEnvironmentVariable("ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN", null);
            Environment.SetEnvironmentVariable("ASPNETCORE_URLS", null);
        }
        var environment = await File.ReadAllLinesAsync(At("environment"), Token);
        Assert.Contains("OWN=1", environment);
        Assert.Contains(environment, line => line.StartsWith("PATH=", StringComparison.Ordinal));
        Assert.DoesNotContain(environment, line => line.StartsWith("ASP", StringComparison.Ordinal));
    }

    private static ResourceCommandState[] Commands(DistributedApplication app) =>
        app.ResourceNotifications.TryGetCurrentState("web", out var state) ? [.. state.Snapshot.Commands.Select(c => c.State)] : [];

    private static async Task<string> ConsoleAsync(DistributedApplication app, string resource)
    {
        await foreach (var lines in app.Services.GetRequiredService<ResourceLoggerService>().GetAllAsync(resource).WithCancellation(Token))
            return string.Join('\n', lines.Select(line => line.Content));
        return "";
    }

    private async Task StartedAsync(DistributedApplication app, int times)
    {
        await Processes.EventuallyAsync(() => File.Exists(At("starts")) && Processes.Read(At("starts")).Length == times, "it was not started");
        await app.ResourceNotifications.WaitForResourceAsync("web", KnownResourceStates.Running, Token);
    }

    private string At(string file) => Path.Combine(folder, file);

    private IResourceBuilder<ExecutableResource> Shell(IDistributedApplicationBuilder builder, string name, string script) =>
        builder.AddExecutable(name, "/bin/sh", folder, "-c", script);

    private IResourceBuilder<ExecutableResource> Node(IDistributedApplicationBuilder builder, string name) =>
        builder.AddExecutable(name, "node", folder, "-e", HttpServer);
}
