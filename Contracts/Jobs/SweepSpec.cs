using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Linnaeus.Contracts;

/// <summary>
/// Trainings that differ in some fields: the <c>spec</c> of a job of kind <c>sweep</c>. Each becomes a <c>train</c> job of its own, whose run is
/// a child of the sweep's run, and any trainer may take it. JSON names are snake_case.
/// </summary>
public sealed record SweepSpec
{
    /// <summary>Runs of a sweep at most.</summary>
    public const int MostRuns = 256;

    [Display(Name = "Name", Description = "Name of the sweep's run; its runs get a number behind it. Auto-generated if empty"), Length(1, 200)]
    public string? Name { get; init; }

    /// <summary>What all runs have in common. Required.</summary>
    [Display(AutoGenerateField = false)]
    public TrainingSpec Base { get; init; } = new();

    [Display(Name = "Search")]
    public SweepSearch Search { get; init; } = SweepSearch.Grid;

    /// <summary>
    /// Fields of the training spec that vary, by their name in JSON, nested ones as <c>early_stopping.patience</c>; all but name, experiment and model.
    /// Required: 1 to 20.
    /// </summary>
    [Display(AutoGenerateField = false)]
    public IReadOnlyDictionary<string, SweepParameter> Parameters { get; init; } = new Dictionary<string, SweepParameter>();

    [Display(Name = "Max runs", Description = "How many runs a random search draws; a grid with more is refused"), Range(1, MostRuns)]
    public int MaxRuns { get; init; } = 20;

    [Display(Name = "Seed", Description = "Seed of the draws")]
    public long Seed { get; init; }

    [Display(Name = "Metric", Description = "What decides which run is best")]
    public SweepMetric Metric { get; init; } = SweepMetric.ValAccuracy;

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

    /// <summary>What is drawn uniformly; absent means <see cref="ParameterScale.Linear"/>.</summary>
    public ParameterScale? Scale { get; init; }
}

/// <summary>
/// Stops a training whose best value so far is worse than the median of the others' averages up to the same epoch (Golovin et al. 2017, "Google
/// Vizier", section 3.2.2).
/// </summary>
public sealed record MedianStoppingOptions
{
    [Display(Name = "Min epochs", Description = "Epochs that every run gets"), Range(1, 10_000)]
    public int MinEpochs { get; init; } = 3;

    [Display(Name = "Min runs", Description = "Other runs that must have come as far"), Range(1, SweepSpec.MostRuns - 1)]
    public int MinRuns { get; init; } = 3;
}

/// <summary>The <see cref="Job.Result"/> of a sweep.</summary>
/// <param name="Metric">What <paramref name="Best"/> was chosen by.</param>
/// <param name="Best">The best of the trainings that succeeded; absent when none of them has the metric.</param>
/// <param name="Succeeded">Trainings with a version.</param>
/// <param name="Failed">Trainings that failed.</param>
/// <param name="Cancelled">Trainings that were cancelled, by median stopping too.</param>
public sealed record SweepResult(SweepMetric Metric, SweepBest? Best, int Succeeded, int Failed, int Cancelled);

/// <summary>The best training of a sweep.</summary>
/// <param name="JobId">Its job.</param>
/// <param name="RunId">Its run.</param>
/// <param name="Value">Its best value of the sweep's metric.</param>
/// <param name="Parameters">The values of the fields that the sweep varies.</param>
/// <param name="Result">What its worker reported, e.g. <c>{"model":"flowers","version":"3"}</c>.</param>
public sealed record SweepBest(string JobId, string RunId, double Value, IReadOnlyDictionary<string, JsonElement> Parameters, JsonElement? Result);
