using System.Collections.Concurrent;
using System.Security.Cryptography;
using Linnaeus.Registry.Client;

namespace Linnaeus.Registry.Tests.Faults;

/// <summary>
/// Clients that write as fast as they can until the Registry dies, and record what it acknowledged. Afterwards they check that all of it
/// exists and nothing is incomplete.
/// </summary>
internal sealed class WriterLog(string model)
{
    private const int Keys = 40;

    private readonly ConcurrentBag<(string Run, int Step)> batches = [];
    private readonly ConcurrentDictionary<string, byte> runs = [];
    private readonly ConcurrentDictionary<string, string> sent = [];
    private readonly ConcurrentDictionary<string, byte> stored = [];
    private readonly ConcurrentBag<string> versions = [];

    public int Acknowledged => batches.Count + stored.Count + versions.Count;

    /// <summary>Writes until the connection breaks.</summary>
    public Task WriteAsync(Uri address) => Task.WhenAll(
        UntilBrokenAsync(() => BatchesAsync(address)), UntilBrokenAsync(() => BatchesAsync(address)),
        UntilBrokenAsync(() => UploadsAsync(address)), UntilBrokenAsync(() => RegistrationsAsync(address)));

    public async Task CheckAsync(HttpClient http)
    {
        await CheckBatchesAsync(new MlflowWire(http));
        foreach (var (path, sha256) in sent)
        {
            using var response = await http.GetAsync(path);
            Assert.True(response.IsSuccessStatusCode || !stored.ContainsKey(path), $"{path} was acknowledged and is gone ({(int)response.StatusCode})");
            if (response.IsSuccessStatusCode)
                Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(await response.Content.ReadAsByteArrayAsync())));
        }
        if (versions.IsEmpty) return;
        var all = (await new MlflowWire(http).GetAsync($"/model-versions/search?filter=name%3D%27{model}%27")).List("model_versions");
        Assert.All(all, v => Assert.Equal("READY", v.Text("status")));
        Assert.Empty(versions.Except(all.Select(v => v.Text("version"))));
        // At most one more: the one whose response was lost.
        Assert.InRange(all.Count, versions.Count, versions.Count + 3);
    }

    private async Task CheckBatchesAsync(MlflowWire mlflow)
    {
        foreach (var run in runs.Keys)
        {
            var steps = new List<HashSet<long>>();
            foreach (var key in new[] { 0, Keys / 2, Keys - 1 })
                steps.Add([.. (await mlflow.GetAsync($"/metrics/get-history?run_id={run}&metric_key=m{key}&max_results=25000")).List("metrics")
                    .Select(m => m.TryGetProperty("step", out var step) ? step.GetInt64() : 0)]);
            Assert.All(steps, s => Assert.Equal(steps[0], s));
            Assert.Empty(batches.Where(b => b.Run == run).Select(b => (long)b.Step).Except(steps[0]));
            var details = await mlflow.RunAsync(run);
            var latest = details.GetProperty("data").List("metrics").ToDictionary(m => m.Text("key"), m => m.GetProperty("value").GetDouble());
            if (steps[0].Count > 0) Assert.All(latest.Values, value => Assert.Equal(steps[0].Max(), value));
        }
    }

    private async Task BatchesAsync(Uri address)
    {
        using var http = new HttpClient { BaseAddress = address };
        var mlflow = new MlflowWire(http);
        var run = await mlflow.NewRunAsync("0");
        runs[run] = 0;
        for (var step = 1; ; step++)
        {
            await mlflow.PostAsync("/runs/log-batch", new
            {
                run_id = run,
                metrics = Enumerable.Range(0, Keys).Select(k => new { key = $"m{k}", value = (double)step, timestamp = step, step }),
            });
            batches.Add((run, step));
        }
    }

    private async Task UploadsAsync(Uri address)
    {
        using var http = new HttpClient { BaseAddress = address };
        for (var number = 0; ; number++)
        {
            var bytes = RandomNumberGenerator.GetBytes(1 << 20);
            var path = $"/api/2.0/mlflow-artifacts/artifacts/kill/{Guid.NewGuid():N}.bin";
            sent[path] = Convert.ToHexStringLower(SHA256.HashData(bytes));
            using var response = await http.PutAsync(path, new ByteArrayContent(bytes));
            response.EnsureSuccessStatusCode();
            stored[path] = 0;
        }
    }

    private async Task RegistrationsAsync(Uri address)
    {
        using var http = new HttpClient { BaseAddress = address };
        var run = await new MlflowWire(http).NewRunAsync("0");
        for (var number = 0; ; number++)
        {
            var bytes = RandomNumberGenerator.GetBytes(200_000);
            var folder = $"model-{number}";
            using var response = await http.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/{folder}/model.safetensors", new ByteArrayContent(bytes));
            response.EnsureSuccessStatusCode();
            var version = await new RegistryClient(http).ModelVersions.RegisterAsync(model, new RegisterVersionRequest(run, folder,
                [new ModelFile("model.safetensors", bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)))]));
            versions.Add(version.Version);
        }
    }

    private static async Task UntilBrokenAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or RegistryException { Status: null } or OperationCanceledException)
        {
            return; // expected
        }
    }
}
