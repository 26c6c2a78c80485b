using System.Diagnostics;
using System.Text;
using Linnaeus.Registry.Client;

namespace Linnaeus.Platform.Tests;

public sealed class RestartTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stopping_leaves_no_process_and_the_next_start_finds_everything()
    {
        var folder = Directory.CreateTempSubdirectory("linnaeus-restart-").FullName;
        string runId;
        await using (var first = await RunningPlatform.StartAsync(folder, Cancellation))
        {
            var registry = first.CreateRegistryClient();
            var run = await registry.Runs.CreateAsync("0", "kept", cancellationToken: Cancellation);
            runId = run.RunId;
            await registry.Artifacts.UploadBytesAsync(runId, "notes/hello.txt", "still here"u8.ToArray(), Cancellation);
            var processes = first.ProcessIds();

            await first.StopAsync(Cancellation);

            foreach (var process in processes)
                await AssertGoneAsync(process);
        }

        await using (var second = await RunningPlatform.StartAsync(folder, Cancellation))
        {
            var registry = second.CreateRegistryClient();
            Assert.Equal("kept", (await registry.Runs.GetAsync(runId, Cancellation)).Name);
            var kept = await registry.Artifacts.ReadBytesAsync(ArtifactUri.OfRun(runId, "notes/hello.txt"), cancellationToken: Cancellation);
            Assert.Equal("still here", Encoding.UTF8.GetString(kept));
            await second.StopAsync(Cancellation);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task AssertGoneAsync(int processId)
    {
        var clock = Stopwatch.StartNew();
        while (Directory.Exists($"/proc/{processId}"))
        {
            Assert.True(clock.Elapsed < Patience, $"Process {processId} is still there.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancellation);
        }
    }
}
