using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Linnaeus.Contracts;

/// <summary>
/// Runs that differ in some fields: the <c>spec</c> of a job of kind <c>sweep</c>. Each becomes a <c>train</c> job of its own, whose run is
/// a child of the sweep's run, and any trainer may lease it. JSON names are snake_case.
/// </summary>
public sealed record SweepSpec
{
    /// <summary>Maximum number of runs of a sweep.</summary>
    public const int MostRuns = 256;

    [Display(Name = "Name", Description = "Name of the sweep's run; its runs get a number behind it. Auto-generated if empty"), Length(1, 200)]
    public string? Name { get; init; }

    /// <summary>Shared settings of all runs. Required.</summary>
    [Display(AutoGenerateField = false)]
    public TrainingSpec Base { get; init; } = new();

    [Display(Name = "Search")]
    public SweepSearch Search { get; init; } = SweepSearch.Grid;

    /// <summary>
    /// Swept fields of the training spec by JSON name, nested ones as <c>early_stopping.patience</c>; all but name, experiment and model.
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

/// <summary>Values of a swept field: either a list, or, in a random search, a range of numbers.</summary>
public sealed record SweepParameter
{
    /// <summary>1 to 256 values.</summary>
    public IReadOnlyList<JsonElement>? Values { get; init; }

    /// <summary>Lowest number.</summary>
    public double? Min { get; init; }

    /// <summary>Highest number. Integer fields include it; others are rounded to four digits.</summary>
    public double? Max { get; init; }

    /// <summary>Absent means <see cref="ParameterScale.Linear"/>.</summary>
    public ParameterScale? Scale { get; init; }
}

/// <summary>
/// Stops a run whose best value so far is worse than the median of the other runs' averages up to the same epoch (Golovin et al. 2017,
/// "Google Vizier", section 3.2.2).
/// </summary>
public sealed record MedianStoppingOptions
{
    [Display(Name = "Min epochs", Description = "Epochs that every run gets"), Range(1, 10_000)]
    public int MinEpochs { get; init; } = 3;

    [Display(Name = "Min runs", Description = "Other runs that must have reached the epoch"), Range(1, SweepSpec.MostRuns - 1)]
    public int MinRuns { get; init; } = 3;
}

/// <summary>The <see cref="Job.Result"/> of a sweep.</summary>
/// <param name="Metric">The metric that ranks the runs.</param>
/// <param name="Best">The best of the runs that succeeded; absent when none of them has the metric.</param>
/// <param name="Succeeded">Runs with a model version.</param>
/// <param name="Failed">Runs that failed.</param>
/// <param name="Cancelled">Runs that were canceled, including those stopped by median stopping.</param>
public sealed record SweepResult(SweepMetric Metric, SweepBest? Best, int Succeeded, int Failed, int Cancelled);

/// <summary>The best run of a sweep.</summary>
/// <param name="Value">Best value of the sweep's metric.</param>
/// <param name="Parameters">Values of the swept fields.</param>
/// <param name="Result">The result that the worker reported, e.g. <c>{"model":"flowers","version":"3"}</c>.</param>
public sealed record SweepBest(string JobId, string RunId, double Value, IReadOnlyDictionary<string, JsonElement> Parameters, JsonElement? Result);
