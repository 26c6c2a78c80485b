using System.Net;

namespace Linnaeus.Registry.Tests.Faults;

/// <summary>Full and read-only disks: real ones, mounted for the Registry's process only.</summary>
public sealed class DiskTests(RegistryFixture shared)
{
    [Fact]
    public async Task A_full_disk_is_a_503_that_names_the_folder_and_loses_nothing()
    {
        await using var registry = await OnDiskAsync("size=2m");
        using var http = new HttpClient { BaseAddress = registry.Address };
        var mlflow = new MlflowWire(http);
        var run = await mlflow.NewRunAsync();
        var acknowledged = 0;
        while (true)
        {
            using var response = await mlflow.RawAsync(HttpMethod.Post, "/runs/log-batch", new
            {
                run_id = run,
                metrics = Enumerable.Range(0, 500).Select(i => new { key = $"a_rather_long_name_of_a_metric_{i}", value = i, timestamp = acknowledged, step = acknowledged }),
            });
            if (!response.IsSuccessStatusCode)
            {
                var message = await MlflowWire.FailedAsync(response, "TEMPORARILY_UNAVAILABLE", HttpStatusCode.ServiceUnavailable);
                Assert.Contains("is full", message, StringComparison.Ordinal);
                Assert.Contains("/registry.db", message, StringComparison.Ordinal);
                Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
                break;
            }
            acknowledged++;
            Assert.InRange(acknowledged, 0, 1000);
        }
        Assert.InRange(acknowledged, 1, 1000);
        foreach (var key in new[] { 0, 499 })
            Assert.Equal(acknowledged, (await mlflow.GetAsync($"/metrics/get-history?run_id={run}&metric_key=a_rather_long_name_of_a_metric_{key}")).List("metrics").Count);
    }

    [Fact]
    public async Task A_read_only_data_folder_is_named_at_startup()
    {
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => OnDiskAsync("ro"));
        Assert.Contains("cannot write its database /", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Registry__DataDirectory", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Mounts a memory file system over the data folder, in a mount namespace that ends with the process.</summary>
    private Task<RegistryProcess> OnDiskAsync(string options)
    {
        string[] unshare = Environment.IsPrivilegedProcess ? ["unshare", "--mount"] : ["unshare", "--user", "--map-root-user", "--mount"];
        return RegistryProcess.StartAsync(shared.Azurite.ConnectionString, new Dictionary<string, string>(), null,
            [.. unshare, "sh", "-c", $"mount -t tmpfs -o {options} none \"$Registry__DataDirectory\" && exec \"$@\"", "sh"]);
    }
}
