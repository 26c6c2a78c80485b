using Linnaeus.Vision.Evaluation;
using Linnaeus.Vision.Robustness;

namespace Linnaeus.Trainer.Runs;

/// <summary>Everything measured on the weights that are going to be registered.</summary>
internal sealed record ModelReport
{
    /// <summary>The test split.</summary>
    public required EvaluationReport Test { get; init; }

    /// <summary>Confidence against accuracy on the test split.</summary>
    public required CalibrationReport Calibration { get; init; }

    /// <summary>The temperature that fits the validation images best; null without such images, and where none fits best.</summary>
    public double? Temperature { get; init; }

    /// <summary><see cref="Calibration"/> with <see cref="Temperature"/>.</summary>
    public CalibrationReport? Scaled { get; init; }

    /// <summary>Accuracy on the test images that no other split repeats; null where none is repeated.</summary>
    public double? DistinctAccuracy { get; init; }

    /// <summary>Accuracy under corruptions; null where the spec leaves them out.</summary>
    public RobustnessReport? Robustness { get; init; }

    /// <summary>The figures that are metrics of the run and of the version, by name.</summary>
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
