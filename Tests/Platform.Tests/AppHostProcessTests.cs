using Linnaeus.Registry.Client;

namespace Linnaeus.Platform.Tests;

/// <summary>Processes that the AppHost leaves behind, however it ends. The platform of the other tests runs at the same time.</summary>
public sealed class AppHostProcessTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("linnaeus-apphost-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task No_process_is_left_after_the_end_and_the_next_start_works_at_once()
    {
        var offset = RunningPlatform.FreeOffset();
        string run;
        await using (var first = AppHostProcess.Start(_folder, offset))
        {
            await WaitForServicesAsync(first);
            run = (await Client(first).Runs.CreateAsync("0", "kept", cancellationToken: Cancellation)).RunId;
            var (appHost, processes) = (first.AppHostId, first.Processes());
            Assert.True(processes.Count >= 8, $"{processes.Count} processes"); // the orchestrator's two, the dashboard, storage and four services

            await AppHostProcess.SignalAsync("TERM", appHost);
            await AppHostProcess.WaitForEndAsync(appHost, Cancellation);
            Assert.DoesNotContain(processes, AppHostProcess.Lives);
        }

        await using var second = AppHostProcess.Start(_folder, offset);
        await WaitForServicesAsync(second);
        Assert.Equal("kept", (await Client(second).Runs.GetAsync(run, Cancellation)).Name);
        var (again, others) = (second.AppHostId, second.Processes());
        await second.PressControlCAsync();
        await AppHostProcess.WaitForEndAsync(again, Cancellation);
        Assert.DoesNotContain(others, AppHostProcess.Lives);
        output.WriteLine(second.Output);
    }

    [Fact]
    public async Task A_killed_AppHost_leaves_no_orphans()
    {
        await using var platform = AppHostProcess.Start(_folder, RunningPlatform.FreeOffset());
        await WaitForServicesAsync(platform);
        var (appHost, processes) = (platform.AppHostId, platform.Processes());

        await AppHostProcess.SignalAsync("KILL", appHost);
        await AppHostProcess.UntilAsync(() => Task.FromResult(!processes.Any(AppHostProcess.Lives)), Cancellation);
    }

    private static RegistryClient Client(AppHostProcess platform) => new(new HttpClient { BaseAddress = platform.Registry });

    private static async Task WaitForServicesAsync(AppHostProcess platform)
    {
        for (var service = 0; service < 4; service++)
            await platform.WaitForHealthAsync(service, Cancellation);
    }
}
