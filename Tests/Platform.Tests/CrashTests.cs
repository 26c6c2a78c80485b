using System.Diagnostics;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Linnaeus.AppHost.Lifetime;

namespace Linnaeus.Platform.Tests;

/// <summary>Services that crash, and services that are stopped.</summary>
public sealed class CrashTests(PlatformFixture fixture)
{
    private readonly RunningPlatform _platform = fixture.Platform;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("explainer", "http")]
    [InlineData("storage", "blob")]
    public async Task A_killed_service_is_restarted_and_refuses_requests_meanwhile(string service, string endpoint)
    {
        var before = _platform.ProcessId(service);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        using var process = Process.GetProcessById(before);
        process.Kill();
        await process.WaitForExitAsync(Cancellation);

        var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri(_platform.App.GetEndpoint(service, endpoint), "/alive"), Cancellation));
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(refusal.InnerException).SocketErrorCode);
        await _platform.WaitForNewProcessAsync(service, before, Cancellation);
    }

    [Fact]
    public async Task A_service_that_was_stopped_stays_stopped_until_it_is_started()
    {
        var before = _platform.ProcessId("explainer");
        Assert.True((await _platform.ExecuteAsync("explainer", KnownResourceCommands.StopCommand, Cancellation)).Success);
        await _platform.App.ResourceNotifications.WaitForResourceAsync("explainer", KnownResourceStates.TerminalStates, Cancellation);

        // Longer than the first restart delays.
        await Task.Delay(TimeSpan.FromSeconds(8), Cancellation);
        Assert.True(_platform.App.ResourceNotifications.TryGetCurrentState("explainer", out var state));
        Assert.Contains(state.Snapshot.State?.Text, KnownResourceStates.TerminalStates);

        Assert.True((await _platform.ExecuteAsync("explainer", KnownResourceCommands.StartCommand, Cancellation)).Success);
        await _platform.WaitForNewProcessAsync("explainer", before, Cancellation);
    }

    [Fact]
    public void Repeated_crashes_increase_the_delay_and_a_healthy_minute_resets_it()
    {
        var service = new CrashRestarts.Watched();
        var now = DateTimeOffset.UnixEpoch;
        var waits = Enumerable.Range(0, 7).Select(_ => Crash(TimeSpan.FromSeconds(2))?.TotalSeconds).ToList();
        Assert.Equal([1, 2, 4, 8, 16, 30, 30], waits);
        Assert.Equal(1, Crash(TimeSpan.FromMinutes(2))?.TotalSeconds);
        Assert.Equal(2, Crash(TimeSpan.FromSeconds(2))?.TotalSeconds);

        TimeSpan? Crash(TimeSpan after)
        {
            Assert.Null(service.Follow(KnownResourceStates.Starting, now));
            Assert.Null(service.Follow(KnownResourceStates.Running, now));
            now += after;
            Assert.Null(service.Follow(KnownResourceStates.Running, now)); // another change, such as its health
            var wait = service.Follow(KnownResourceStates.Exited, now);
            Assert.Null(service.Follow(KnownResourceStates.Exited, now));
            return wait;
        }
    }

    [Fact]
    public void A_deliberate_stop_is_not_a_crash_and_neither_are_the_states_after_it()
    {
        var service = new CrashRestarts.Watched();
        string[] stopped = [KnownResourceStates.Starting, KnownResourceStates.Running, KnownResourceStates.Stopping, KnownResourceStates.Exited];
        Assert.All(stopped, state => Assert.Null(service.Follow(state, DateTimeOffset.UnixEpoch)));
        Assert.Null(service.Follow(KnownResourceStates.Running, DateTimeOffset.UnixEpoch));
        Assert.NotNull(service.Follow(KnownResourceStates.Finished, DateTimeOffset.UnixEpoch));
    }
}
