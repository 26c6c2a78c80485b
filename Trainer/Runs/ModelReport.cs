using Linnaeus.Vision.Evaluation;
using Linnaeus.Vision.Robustness;

namespace Linnaeus.Trainer.Runs;

/// <summary>Evaluation results of the selected weights.</summary>
internal sealed record ModelReport
{
    /// <summary>Metrics on the test split.</summary>
    public required EvaluationReport Test { get; init; }

    /// <summary>Calibration on the test split.</summary>
    public required CalibrationReport Calibration { get; init; }

    /// <summary>Temperature fitted on the validation images; null without them or without an optimum.</summary>
    public double? Temperature { get; init; }

    /// <summary><see cref="Calibration"/> with <see cref="Temperature"/>.</summary>
    public CalibrationReport? Scaled { get; init; }

    /// <summary>Accuracy on test images without duplicates in other splits; null if there are no duplicates.</summary>
    public double? DistinctAccuracy { get; init; }

    /// <summary>Robustness to corruptions; null if disabled.</summary>
    public RobustnessReport? Robustness { get; init; }

    /// <summary>Metrics of the run and of the model version, by name.</summary>
    public Dictionary<string, double> Figures()
    {
        var figures = new Dictionary<string, double>
        {
            ["test_accuracy"] = Test.Accuracy,
            ["test_top5_accuracy"] = Test.Top5Accuracy,
            ["test_loss"] = Test.Loss,
            ["test_macro_f1"] = Test.MacroF1,
            ["test_ece"] = Calibration.Ece,
        };
        Add("test_ece_scaled", Scaled?.Ece);
        Add("test_accuracy_distinct", DistinctAccuracy);
        Add("robustness_mean_accuracy", Robustness?.MeanAccuracy);
        Add("robustness_mean_relative_drop", Robustness?.MeanRelativeDrop);
        return figures;

        void Add(string name, double? value)
        {
            if (value is { } known)
                figures[name] = known;
        }
    }
}
