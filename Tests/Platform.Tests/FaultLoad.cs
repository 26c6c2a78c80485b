using System.Collections.Concurrent;
using System.Security.Cryptography;
using Linnaeus.Registry.Client;

namespace Linnaeus.Platform.Tests;

/// <summary>Clients that log metrics, register versions and request explanations, and record what was acknowledged.</summary>
internal sealed class FaultLoad(RunningPlatform platform, string trainedRun, Action<string> tell)
{
    private const string Model = "faults-registered";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly RegistryClient _registry = platform.CreateRegistryClient();
    private readonly ExplainerClient _explainer = new(new HttpClient { BaseAddress = platform.Explainer, Timeout = TimeSpan.FromMinutes(2) });
    private readonly ConcurrentBag<long> _steps = [];
    private readonly ConcurrentBag<string> _versions = [];
    private readonly ConcurrentBag<ExplanationAnswer> _explanations = [];
    private string? _experiment;
    private string? _run;
    private string? _image;
    private int _refused;

    /// <summary>Creates the clients' data before anything is killed.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        _experiment = (await _registry.Experiments.GetOrCreateAsync("faults", cancellationToken)).ExperimentId;
        _run = (await _registry.Runs.CreateAsync(_experiment, "ledger", cancellationToken: cancellationToken)).RunId;
        var samples = await _registry.Artifacts.ListAsync(trainedRun, "samples", cancellationToken);
        _image = $"runs:/{trainedRun}/{samples.First(file => file.FileSize is not null).Path}";
    }

    /// <summary>Works until <paramref name="ending"/> fires. A failed request is not acknowledged, and the next one is new.</summary>
    public Task RunAsync(CancellationToken ending) => Task.WhenAll(
        RepeatAsync(LogAsync, ending),
        RepeatAsync((number, token) => RegisterAsync(_experiment!, number, token), ending),
        RepeatAsync((number, token) => ExplainAsync(_image!, number, token), ending));

    /// <summary>Checks that everything acknowledged exists and is unchanged.</summary>
    public async Task CheckAsync(RegistryClient registry, CancellationToken cancellationToken)
    {
        Assert.NotEmpty(_steps);
        Assert.NotEmpty(_versions);
        Assert.NotEmpty(_explanations);
        var logged = (await registry.Runs.GetSeriesAsync(_run!, "value", 10_000, cancellationToken)).Points.ToLookup(point => point.Step, point => point.Value);
        Assert.All(_steps, step => Assert.Equal([Math.Sqrt(step)], logged[step].OfType<double>().Distinct()));
        Assert.Equal(_versions.Count, _versions.Distinct().Count());
        foreach (var version in _versions)
            Assert.True((await registry.ModelVersions.VerifyAsync(ModelUri.Parse($"models:/{Model}/{version}"), cancellationToken)).Verified);
        foreach (var explanation in _explanations)
            Assert.Equal(explanation.Id, (await _explainer.GetAsync(explanation.Id, cancellationToken)).Id);
    }

    public override string ToString() =>
        $"acknowledged: {_steps.Count} metrics, {_versions.Count} versions, {_explanations.Count} explanations; {_refused} requests were not";

    private async Task RepeatAsync(Func<int, CancellationToken, Task> request, CancellationToken ending)
    {
        try
        {
            for (var number = 1; ; number++)
            {
                try
                {
                    await request(number, ending);
                }
                catch (RegistryException error) when (error.IsTransient)
                {
                    if (Interlocked.Increment(ref _refused) <= 5)
                        tell($"not acknowledged: {error.Message}");
                }
                await Task.Delay(Pause, ending);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The test has ended.
        }
    }

    private async Task LogAsync(int step, CancellationToken cancellationToken)
    {
        await _registry.Runs.LogMetricsAsync(_run!, [new Metric("value", Math.Sqrt(step), DateTimeOffset.UtcNow, step)], cancellationToken);
        _steps.Add(step);
    }

    private async Task RegisterAsync(string experiment, int number, CancellationToken cancellationToken)
    {
        var run = (await _registry.Runs.CreateAsync(experiment, $"version {number}", cancellationToken: cancellationToken)).RunId;
        var files = new List<ModelFile>();
        foreach (var path in new[] { "MLmodel", "model.json", "model.safetensors" })
        {
            var bytes = new byte[200_000];
            new Random(number).NextBytes(bytes);
            var stored = await _registry.Artifacts.UploadBytesAsync(run, $"model/{path}", bytes, cancellationToken);
            files.Add(stored with { Path = path, Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) });
        }
        _versions.Add((await _registry.ModelVersions.RegisterAsync(Model, new RegisterVersionRequest(run, "model", files), cancellationToken)).Version);
    }

    private async Task ExplainAsync(string image, int seed, CancellationToken cancellationToken)
    {
        var request = new ExplanationRequest { Model = "models:/faults/1", Image = image, Method = ExplanationMethod.SmoothGrad, Samples = 2, Seed = seed };
        _explanations.Add(await _explainer.ExplainAsync(request, cancellationToken));
    }
}
