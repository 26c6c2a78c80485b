using Linnaeus.Registry.Client;
using Linnaeus.Vision.Imaging;

namespace Linnaeus.Benchmarks.Soak;

/// <summary>The load of a team: consecutive runs, metrics of external runs, searches, predictions, explanations and page views.</summary>
internal sealed class SoakLoad(HttpClient registryHttp, HttpClient explainerHttp, HttpClient portal)
{
    private const string Model = "soak";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly string[] Pages = ["", "runs", "models", "jobs", $"models/{Model}", "datasets"];
    private static readonly ExplanationMethod[] Methods = [ExplanationMethod.GradCam, ExplanationMethod.GradCamPlusPlus, ExplanationMethod.IntegratedGradients, ExplanationMethod.SmoothGrad];

    private readonly RegistryClient _registry = new(registryHttp);
    private readonly ExplainerClient _explainer = new(explainerHttp);
    private readonly int[] _done = new int[5];
    private string _experiment = "";

    /// <summary>Trains the version for predictions and explanations.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        _experiment = (await _registry.Experiments.GetOrCreateAsync(Model, cancellationToken)).ExperimentId;
        await TrainAsync(0, cancellationToken);
    }

    public Task RunAsync(CancellationToken ending) => Task.WhenAll(
        RepeatAsync(0, (number, token) => TrainAsync(number, token), ending),
        RepeatAsync(1, LogAsync, ending),
        RepeatAsync(2, PredictAsync, ending),
        RepeatAsync(3, ExplainAsync, ending),
        RepeatAsync(4, (number, token) => portal.GetStringAsync(new Uri(Pages[number % Pages.Length], UriKind.Relative), token), ending));

    public override string ToString() =>
        $"{_done[0]} runs, {_done[1]} batches of 100 metrics with a search each, {_done[2]} predictions, {_done[3]} explanations, {_done[4]} pages";

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
            // The load ends.
        }
    }

    private async Task TrainAsync(int seed, CancellationToken cancellationToken)
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
        if (job.Status != JobStatus.Succeeded)
            throw new InvalidOperationException($"A training job ended as {job.Status}: {job.Error}");
    }

    private async Task LogAsync(int number, CancellationToken cancellationToken)
    {
        var run = (await _registry.Runs.CreateAsync(_experiment, $"log {number}", cancellationToken: cancellationToken)).RunId;
        await _registry.Runs.LogMetricsAsync(run, [.. Enumerable.Range(0, 100).Select(step => new Metric("loss", 1.0 / (1 + step), DateTimeOffset.UtcNow, step))], cancellationToken);
        await _registry.Runs.UpdateAsync(run, RunStatus.Finished, DateTimeOffset.UtcNow, cancellationToken: cancellationToken);
        await _registry.Runs.SearchAsync(new RunSearch { ExperimentIds = [_experiment], Filter = "metrics.loss < 0.5", OrderBy = ["metrics.loss ASC"] }, cancellationToken);
    }

    private Task PredictAsync(int number, CancellationToken cancellationToken) =>
        _explainer.PredictAsync(new PredictionRequest { Model = $"models:/{Model}/1", Images = [NewImage(number)] }, cancellationToken);

    private Task ExplainAsync(int number, CancellationToken cancellationToken) =>
        _explainer.ExplainAsync(new ExplanationRequest { Model = $"models:/{Model}/1", Image = NewImage(number), Method = Methods[number % Methods.Length], Samples = 5 }, cancellationToken);

    // A new image each time, so that no stored result is reused.
    private static string NewImage(int number)
    {
        var image = new Image(64, 64);
        new Random(number).NextBytes(image.Pixels);
        return Convert.ToBase64String(PngCodec.Encode(image));
    }
}
