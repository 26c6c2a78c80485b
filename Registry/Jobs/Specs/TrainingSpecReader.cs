using System.Text.RegularExpressions;
using Linnaeus.Registry.Client;

namespace Linnaeus.Registry.Jobs.Specs;

/// <summary>Reads and checks a <see cref="TrainingSpec"/>: each field by itself, then what fits together.</summary>
internal static partial class TrainingSpecReader
{
    private const string SyntheticDataset = "synthetic-flowers";
    private const string FolderPrefix = "folder:";
    private static readonly TrainingSpec Defaults = new();

    public static TrainingSpec Read(SpecReader json, Faults faults)
    {
        var spec = new TrainingSpec
        {
            Name = json.Has("name") ? json.Text("name", "") : NotGiven(json, "name"),
            Experiment = json.Text("experiment", Defaults.Experiment, maxLength: 500),
            Model = json.RequiredText("model", "flowers"),
            Architecture = json.Choice("architecture", Defaults.Architecture, "efficientnet_b0"),
            Weights = json.Text("weights", Defaults.Weights, maxLength: 4096),
            Dataset = json.RequiredText("dataset", "folder:../photos", maxLength: 4096),
            Synthetic = json.Child("synthetic") is { } synthetic ? ReadSynthetic(synthetic) : null,
            ValidationFraction = json.Real("validation_fraction", Defaults.ValidationFraction, Interval.Closed(0, 0.5)),
            ImageSize = (int)json.Integer("image_size", Defaults.ImageSize, 32, 1024),
            BatchSize = (int)json.Integer("batch_size", Defaults.BatchSize, 1, 4096),
            Epochs = (int)json.Integer("epochs", Defaults.Epochs, 1, 10_000),
            Augmentation = json.Choice("augmentation", Defaults.Augmentation, "none", "light", "keras"),
            Optimizer = json.Choice("optimizer", Defaults.Optimizer, "adamw"),
            LearningRate = json.Real("learning_rate", Defaults.LearningRate, Interval.OpenClosed(0, 1)),
            WeightDecay = json.Real("weight_decay", Defaults.WeightDecay, Interval.Closed(0, 1)),
            Schedule = json.Choice("schedule", Defaults.Schedule, "cosine", "constant"),
            WarmupEpochs = json.Real("warmup_epochs", Defaults.WarmupEpochs, Interval.Closed(0, 10_000)),
            LabelSmoothing = json.Real("label_smoothing", Defaults.LabelSmoothing, Interval.ClosedOpen(0, 1)),
            Dropout = json.Real("dropout", Defaults.Dropout, Interval.ClosedOpen(0, 1)),
            EmaDecay = json.Has("ema_decay") ? json.Real("ema_decay", 0.5, Interval.Open(0, 1)) : NotGiven<double?>(json, "ema_decay"),
            Device = json.Text("device", Defaults.Device),
            Seed = json.Integer("seed", Defaults.Seed, long.MinValue, long.MaxValue),
            ExplainImages = (int)json.Integer("explain_images", Defaults.ExplainImages, 0, 16),
        };
        json.RejectUnknown();
        CheckForms(spec, json, faults);
        CheckTogether(spec, json, faults);
        return spec;
    }

    private static SyntheticDatasetOptions ReadSynthetic(SpecReader json)
    {
        var defaults = new SyntheticDatasetOptions();
        var options = new SyntheticDatasetOptions
        {
            Classes = (int)json.Integer("classes", defaults.Classes, 2, 12),
            TrainPerClass = (int)json.Integer("train_per_class", defaults.TrainPerClass, 1, 10_000),
            ValPerClass = (int)json.Integer("val_per_class", defaults.ValPerClass, 0, 10_000),
            TestPerClass = (int)json.Integer("test_per_class", defaults.TestPerClass, 1, 10_000),
            Seed = json.Integer("seed", defaults.Seed, long.MinValue, long.MaxValue),
        };
        json.RejectUnknown();
        return options;
    }

    private static void CheckForms(TrainingSpec spec, SpecReader json, Faults faults)
    {
        void Check(string name, bool isGood, string message)
        {
            if (!isGood && !faults.Has(json.PathOf(name)))
                faults.Add(json.PathOf(name), message);
        }

        Check("model", ModelName().IsMatch(spec.Model), "must be letters, digits, spaces, '.', '-' and '_', so that it fits into models:/NAME/VERSION.");
        Check("dataset", spec.Dataset == SyntheticDataset || IsFolder(spec.Dataset), $"must be \"{SyntheticDataset}\" or \"{FolderPrefix}PATH\"; \"{spec.Dataset}\" was given.");
        Check("device", DeviceName().IsMatch(spec.Device), $"must be \"auto\", \"cpu\", \"cuda\" or \"cuda:N\"; \"{spec.Device}\" was given.");
        Check("weights", IsWeights(spec.Weights), $"must be \"none\", \"file:PATH.safetensors\", \"models:/NAME/VERSION\" or \"models:/NAME@ALIAS\"; \"{spec.Weights}\" was given.");
    }

    private static void CheckTogether(TrainingSpec spec, SpecReader json, Faults faults)
    {
        if (spec.WarmupEpochs > spec.Epochs && json.Has("warmup_epochs") && !faults.Has(json.PathOf("epochs")))
            faults.Add(json.PathOf("warmup_epochs"), $"must be at most the {spec.Epochs} epochs of $.spec.epochs.");
        if (spec.Dataset.StartsWith(FolderPrefix, StringComparison.Ordinal) && spec.Synthetic is not null)
            faults.Add(json.PathOf("synthetic"), $"goes only with the dataset \"{SyntheticDataset}\"; \"{spec.Dataset}\" was given.");
        if (spec.Dataset != SyntheticDataset)
            return;

        var synthetic = spec.Synthetic ?? new SyntheticDatasetOptions();
        if (spec.ExplainImages > synthetic.Classes * synthetic.TestPerClass)
            faults.Add(
                json.PathOf("explain_images"), $"must be at most the {synthetic.Classes * synthetic.TestPerClass} test images of the dataset.");
    }

    private static bool IsFolder(string dataset) =>
        dataset.StartsWith(FolderPrefix, StringComparison.Ordinal) && !string.IsNullOrWhiteSpace(dataset[FolderPrefix.Length..]);

    private static bool IsWeights(string weights) => weights == "none"
        || (weights.StartsWith("file:", StringComparison.Ordinal) && weights.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
        || ModelUri.TryParse(weights, out _);

    /// <summary>Null, with the field marked as known.</summary>
    private static T? NotGiven<T>(SpecReader json, string name)
    {
        json.Raw(name);
        return default;
    }

    private static string? NotGiven(SpecReader json, string name) => NotGiven<string>(json, name);

    [GeneratedRegex(@"^[\p{L}\p{N}_][\p{L}\p{N}_\-. ]*$")]
    private static partial Regex ModelName();

    [GeneratedRegex(@"^(auto|cpu|cuda(:\d{1,3})?)$")]
    private static partial Regex DeviceName();
}
