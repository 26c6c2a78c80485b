using System.Text.Json;

namespace Linnaeus.Contracts;

/// <summary>
/// Trainings that differ in some fields: the <c>spec</c> of a job of kind <c>sweep</c>. Each becomes a <c>train</c> job of its own, whose run is
/// a child of the sweep's run, and any trainer may take it. JSON names are snake_case.
/// </summary>
public sealed record SweepSpec
{
    /// <summary>Name of the sweep's run; those of its trainings get a number behind it. Generated when absent.</summary>
    public string? Name { get; init; }

    /// <summary>What all trainings have in common. Required.</summary>
    public TrainingSpec Base { get; init; } = new();

    /// <summary><c>grid</c>: every combination of the values; <c>random</c>: <see cref="MaxRuns"/> different draws.</summary>
    public string Search { get; init; } = "grid";

    /// <summary>
    /// Fields of the training that vary, by their name in its JSON, nested ones as <c>early_stopping.patience</c>; all but name, experiment and model.
    /// Required: 1 to 20.
    /// </summary>
    public IReadOnlyDictionary<string, SweepParameter> Parameters { get; init; } = new Dictionary<string, SweepParameter>();

    /// <summary>Trainings, 1 to 256: how many are drawn at random; a grid with more is refused.</summary>
    public int MaxRuns { get; init; } = 20;

    /// <summary>Seed of the draws.</summary>
    public long Seed { get; init; }

    /// <summary>What decides which training is best: <c>val_accuracy</c> (highest of all epochs) or <c>val_loss</c> (lowest).</summary>
    public string Metric { get; init; } = "val_accuracy";

    /// <summary>When to stop trainings that do worse than the others; absent means never.</summary>
    public MedianStoppingOptions? MedianStopping { get; init; }
}

/// <summary>Values that a field takes: either a list, or, in a random search, a range of numbers.</summary>
public sealed record SweepParameter
{
    /// <summary>1 to 256 values.</summary>
    public IReadOnlyList<JsonElement>? Values { get; init; }

    /// <summary>Lowest number.</summary>
    public double? Min { get; init; }

    /// <summary>Highest number. Whole-number fields can take it, others are rounded to four digits.</summary>
    public double? Max { get; init; }

    /// <summary>What is drawn uniformly: <c>linear</c>, the number, or <c>log</c>, its logarithm; absent means <c>linear</c>.</summary>
    public string? Scale { get; init; }
}

/// <summary>
/// Stops a training whose best value so far is worse than the median of the others' averages up to the same epoch (Golovin et al. 2017, "Google
/// Vizier", section 3.2.2).
/// </summary>
public sealed record MedianStoppingOptions
{
    /// <summary>Epochs that every training gets: 1 to 10000.</summary>
    public int MinEpochs { get; init; } = 3;

    /// <summary>Others that must have come as far: 1 to 255.</summary>
    public int MinRuns { get; init; } = 3;
}

/// <summary>The <see cref="Job.Result"/> of a sweep.</summary>
/// <param name="Metric">What <paramref name="Best"/> was chosen by.</param>
/// <param name="Best">The best of the trainings that succeeded; absent when none of them has the metric.</param>
/// <param name="Succeeded">Trainings with a version.</param>
/// <param name="Failed">Trainings that failed.</param>
/// <param name="Cancelled">Trainings that were cancelled, by median stopping too.</param>
public sealed record SweepResult(string Metric, SweepBest? Best, int Succeeded, int Failed, int Cancelled);

/// <summary>The best training of a sweep.</summary>
/// <param name="JobId">Its job.</param>
/// <param name="RunId">Its run.</param>
/// <param name="Value">Its best value of the sweep's metric.</param>
/// <param name="Parameters">The values of the fields that the sweep varies.</param>
/// <param name="Result">What its worker reported, e.g. <c>{"model":"flowers","version":"3"}</c>.</param>
public sealed record SweepBest(string JobId, string RunId, double Value, IReadOnlyDictionary<string, JsonElement> Parameters, JsonElement? Result);
