using Linnaeus.Registry.Client;

namespace Linnaeus.Benchmarks.Soak;

/// <summary>What a team does all day: trainings one after another, metrics of others, searches, predictions, explanations, and somebody who looks at pages.</summary>
internal sealed class SoakLoad(HttpClient registryHttp, HttpClient explainerHttp, HttpClient portal)
{
    private const string Model = "soak";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly string[] Pages = ["", "runs", "models", "jobs", $"models/{Model}", "datasets"];
    private static readonly string[] Methods = [ExplanationMethods.GradCam, ExplanationMethods.GradCamPlusPlus, ExplanationMethods.IntegratedGradients, ExplanationMethods.SmoothGrad];

    private readonly RegistryClient _registry = new(registryHttp);
    private readonly ExplainerClient _explainer = new(explainerHttp);
    private readonly int[] _done = new int[5];
    private string _image = "";
    private string _experiment = "";

    /// <summary>Trains the version that is asked, and keeps a picture.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        _experiment = (await _registry.Experiments.GetOrCreateAsync(Model, cancellationToken)).ExperimentId;
        var run = await TrainAsync(0, cancellationToken);
        var samples = await _registry.Artifacts.ListAsync(run, "samples", cancellationToken);
        _image = $"runs:/{run}/{samples.First(file => !file.IsDir).Path}";
    }

    public Task RunAsync(CancellationToken ending) => Task.WhenAll(
        RepeatAsync(0, (number, token) => TrainAsync(number, token), ending),
        RepeatAsync(1, LogAsync, ending),
        RepeatAsync(2, PredictAsync, ending),
        RepeatAsync(3, ExplainAsync, ending),
        RepeatAsync(4, (number, token) => portal.GetStringAsync(new Uri(Pages[number % Pages.Length], UriKind.Relative), token), ending));

    public override string ToString() =>
        $"{_done[0]} trainings, {_done[1]} batches of 100 metrics each with a search, {_done[2]} predictions, {_done[3]} explanations, {_done[4]} pages";

    private async Task RepeatAsync(int kind, Func<int, CancellationToken, Task> work, CancellationToken ending)
    {
        try
        {
            for (var number = 1; ; number++)
            {
                await work(number, ending);
                _done[kind]++;
                await Task.Delay(Pause, ending);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Enough.
        }
    }

    private async Task<string> TrainAsync(int seed, CancellationToken cancellationToken)
    {
        var job = await _registry.Jobs.SubmitAsync(new TrainingSpec
        {
            Name = Model,
            Model = Model,
            Dataset = "synthetic-flowers",
            Synthetic = new SyntheticDatasetOptions { Classes = 3, TrainPerClass = 16, ValPerClass = 4, TestPerClass = 4 },
            ImageSize = 64,
            BatchSize = 16,
            Epochs = 2,
            Seed = seed,
            ExplainImages = 1,
        }, cancellationToken);
        while (!job.HasEnded)
        {
            await Task.Delay(Pause, cancellationToken);
            job = await _registry.Jobs.GetAsync(job.Id, cancellationToken);
        }
        return job.Status == JobStatus.Succeeded ? job.RunId! : throw new InvalidOperationException($"A training ended as {job.Status}: {job.Error}");
    }

    private async Task LogAsync(int number, CancellationToken cancellationToken)
    {
        var run = (await _registry.Runs.CreateAsync(_experiment, $"log {number}", cancellationToken: cancellationToken)).RunId;
        await _registry.Runs.LogMetricsAsync(run, [.. Enumerable.Range(0, 100).Select(step => new Metric("loss", 1.0 / (1 + step), DateTimeOffset.UtcNow, step))], cancellationToken);
        await _registry.Runs.UpdateAsync(run, RunStatus.Finished, DateTimeOffset.UtcNow, cancellationToken: cancellationToken);
        await _registry.Runs.SearchAsync(new RunSearch { ExperimentIds = [_experiment], Filter = "metrics.loss < 0.5", OrderBy = ["metrics.loss ASC"] }, cancellationToken);
    }

    private Task PredictAsync(int number, CancellationToken cancellationToken) =>
        _explainer.PredictAsync(new PredictionRequest { Model = $"models:/{Model}/1", Images = [_image] }, cancellationToken);

    // Another seed is another request: nothing stored answers it.
    private Task ExplainAsync(int number, CancellationToken cancellationToken) =>
        _explainer.ExplainAsync(new ExplanationRequest { Model = $"models:/{Model}/1", Image = _image, Method = Methods[number % Methods.Length], Steps = 10 + (number / Methods.Length % 40), Samples = 5, Seed = number }, cancellationToken);
}
