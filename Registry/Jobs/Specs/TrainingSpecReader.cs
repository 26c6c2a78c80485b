using System.Text.Json;
using System.Text.RegularExpressions;

namespace Linnaeus.Registry.Jobs.Specs;

/// <summary>Reads and checks a <see cref="TrainingSpec"/>: each field by itself, then what fits together.</summary>
internal static partial class TrainingSpecReader
{
    private const string SyntheticDataset = "synthetic-flowers";
    private const string OfficialDataset = "flowers102";
    private const string FolderPrefix = "folder:";
    private static readonly TrainingSpec Defaults = new();
    private static readonly string[] Architectures = ["efficientnet_b0", "efficientnet_b1", "efficientnet_b2", "efficientnet_b3", "mobilenet_v2"];
    private static readonly string[] WeightsFiles = [".safetensors", ".pth", ".pt"];

    public static TrainingSpec Read(SpecReader json, Faults faults)
    {
        var spec = new TrainingSpec
        {
            Name = json.Has("name") ? json.Text("name", "") : NotGiven(json, "name"),
            Experiment = json.Text("experiment", Defaults.Experiment, maxLength: 500),
            Model = json.RequiredText("model", "flowers"),
            Architecture = json.Choice("architecture", Defaults.Architecture, Architectures),
            Weights = json.Text("weights", Defaults.Weights, maxLength: 4096),
            Dataset = json.RequiredText("dataset", "folder:../photos", maxLength: 4096),
            Synthetic = json.Child("synthetic") is { } synthetic ? ReadSynthetic(synthetic) : null,
            Subset = json.Child("subset") is { } subset ? ReadSubset(subset) : null,
            ValidationFraction = json.Real("validation_fraction", Defaults.ValidationFraction, Interval.Closed(0, 0.5)),
            ImageSize = (int)json.Integer("image_size", Defaults.ImageSize, 32, 1024),
            BatchSize = (int)json.Integer("batch_size", Defaults.BatchSize, 1, 4096),
            Epochs = (int)json.Integer("epochs", Defaults.Epochs, 1, 10_000),
            FrozenEpochs = (int)json.Integer("frozen_epochs", Defaults.FrozenEpochs, 0, 10_000),
            TrainableBlocks = OptionalInteger(json, "trainable_blocks", 1, 100),
            FreezeBatchNorm = json.Flag("freeze_batch_norm", Defaults.FreezeBatchNorm),
            Augmentation = json.Choice("augmentation", Defaults.Augmentation, "none", "light", "keras", "advanced"),
            Mixing = json.Choice("mixing", Defaults.Mixing, "none", "mixup", "cutmix", "alternate"),
            MixupAlpha = OptionalReal(json, "mixup_alpha", Interval.OpenClosed(0, 10)),
            CutmixAlpha = OptionalReal(json, "cutmix_alpha", Interval.OpenClosed(0, 10)),
            MixingProbability = OptionalReal(json, "mixing_probability", Interval.OpenClosed(0, 1)),
            MixingOffEpochs = OptionalInteger(json, "mixing_off_epochs", 0, 10_000),
            ClassBalance = json.Choice("class_balance", Defaults.ClassBalance, "none", "oversample", "weights"),
            Optimizer = json.Choice("optimizer", Defaults.Optimizer, "adamw", "adam", "sgd"),
            Momentum = OptionalReal(json, "momentum", Interval.ClosedOpen(0, 1)),
            LearningRate = json.Real("learning_rate", Defaults.LearningRate, Interval.OpenClosed(0, 1)),
            FrozenLearningRate = OptionalReal(json, "frozen_learning_rate", Interval.OpenClosed(0, 1)),
            BackboneLrFactor = json.Real("backbone_lr_factor", Defaults.BackboneLrFactor, Interval.OpenClosed(0, 1)),
            LrDecayPerBlock = json.Real("lr_decay_per_block", Defaults.LrDecayPerBlock, Interval.OpenClosed(0, 1)),
            WeightDecay = json.Real("weight_decay", Defaults.WeightDecay, Interval.Closed(0, 1)),
            Schedule = json.Choice("schedule", Defaults.Schedule, "cosine", "constant"),
            WarmupEpochs = json.Real("warmup_epochs", Defaults.WarmupEpochs, Interval.Closed(0, 10_000)),
            GradientClip = OptionalReal(json, "gradient_clip", Interval.OpenClosed(0, 1e6)),
            AccumulationSteps = (int)json.Integer("accumulation_steps", Defaults.AccumulationSteps, 1, 1024),
            Precision = ReadPrecision(json, faults),
            EarlyStopping = json.Child("early_stopping") is { } stopping ? ReadEarlyStopping(stopping) : null,
            LabelSmoothing = json.Real("label_smoothing", Defaults.LabelSmoothing, Interval.ClosedOpen(0, 1)),
            Dropout = json.Real("dropout", Defaults.Dropout, Interval.ClosedOpen(0, 1)),
            EmaDecay = OptionalReal(json, "ema_decay", Interval.Open(0, 1)),
            Robustness = json.Flag("robustness", Defaults.Robustness),
            RobustnessImages = (int)json.Integer("robustness_images", Defaults.RobustnessImages, 1, 1_000_000),
            Device = json.Text("device", Defaults.Device),
            Seed = json.Integer("seed", Defaults.Seed, long.MinValue, long.MaxValue),
            ExplainImages = (int)json.Integer("explain_images", Defaults.ExplainImages, 0, 16),
        };
        json.RejectUnknown();
        CheckForms(spec, json, faults);
        CheckTogether(spec, json, faults);
        return spec;
    }

    /// <summary>Whether it is known before the training that there are no images to validate on.</summary>
    public static bool HasNoValidation(TrainingSpec spec) =>
        spec is { Dataset: SyntheticDataset, ValidationFraction: 0, Synthetic.ValPerClass: 0 };

    private static string ReadPrecision(SpecReader json, Faults faults)
    {
        if (json.Raw("precision") is not { ValueKind: JsonValueKind.String } given || given.GetString() != "fp16")
            return json.Choice("precision", Defaults.Precision, "auto", "fp32", "bf16");
        faults.Add(json.PathOf("precision"), "cannot be \"fp16\": its gradients need loss scaling, which TorchSharp lacks. Use \"bf16\", which needs none and is as fast.");
        return Defaults.Precision;
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

    private static SubsetOptions ReadSubset(SpecReader json)
    {
        var options = new SubsetOptions
        {
            MaxTrain = OptionalInteger(json, "max_train", 2, 10_000_000),
            MaxValidation = OptionalInteger(json, "max_validation", 1, 10_000_000),
            MaxTest = OptionalInteger(json, "max_test", 1, 10_000_000),
            Seed = json.Integer("seed", new SubsetOptions().Seed, long.MinValue, long.MaxValue),
        };
        json.RejectUnknown();
        return options;
    }

    private static EarlyStoppingOptions ReadEarlyStopping(SpecReader json)
    {
        var defaults = new EarlyStoppingOptions();
        var options = new EarlyStoppingOptions
        {
            Patience = (int)json.Integer("patience", defaults.Patience, 1, 10_000),
            MinDelta = json.Real("min_delta", defaults.MinDelta, Interval.ClosedOpen(0, 1)),
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
        Check("dataset", spec.Dataset is SyntheticDataset or OfficialDataset || IsFolder(spec.Dataset),
            $"must be \"{SyntheticDataset}\", \"{OfficialDataset}\" or \"{FolderPrefix}PATH\"; \"{spec.Dataset}\" was given.");
        Check("device", DeviceName().IsMatch(spec.Device), $"must be \"auto\", \"cpu\", \"cuda\" or \"cuda:N\"; \"{spec.Device}\" was given.");
        Check("weights", IsWeights(spec.Weights),
            $"must be \"none\", \"imagenet\", \"file:PATH\" of a .safetensors or .pth file, \"models:/NAME/VERSION\" or \"models:/NAME@ALIAS\"; \"{spec.Weights}\" was given.");
    }

    private static void CheckTogether(TrainingSpec spec, SpecReader json, Faults faults)
    {
        CheckPhases(spec, json, faults);
        CheckMixing(spec, json, faults);
        if (spec.Momentum is not null && spec.Optimizer != "sgd")
            faults.Add(json.PathOf("momentum"), $"goes only with the optimizer \"sgd\"; \"{spec.Optimizer}\" was given.");
        if ((spec.Dataset == OfficialDataset || IsFolder(spec.Dataset)) && spec.Synthetic is not null)
            faults.Add(json.PathOf("synthetic"), $"goes only with the dataset \"{SyntheticDataset}\"; \"{spec.Dataset}\" was given.");
        if (spec.Dataset != SyntheticDataset)
            return;

        var synthetic = spec.Synthetic ?? new SyntheticDatasetOptions();
        if (spec.EarlyStopping is not null && HasNoValidation(spec))
            faults.Add(json.PathOf("early_stopping"), "needs validation images; val_per_class and validation_fraction are 0.");
        var testImages = Math.Min(synthetic.Classes * synthetic.TestPerClass, spec.Subset?.MaxTest ?? int.MaxValue);
        if (spec.ExplainImages > testImages)
            faults.Add(json.PathOf("explain_images"), $"must be at most the {testImages} test images of the dataset.");
    }

    private static void CheckPhases(TrainingSpec spec, SpecReader json, Faults faults)
    {
        if (faults.Has(json.PathOf("epochs")) || faults.Has(json.PathOf("frozen_epochs")))
            return;
        if (spec.FrozenEpochs > spec.Epochs)
            faults.Add(json.PathOf("frozen_epochs"), $"must be at most the {spec.Epochs} epochs of {json.PathOf("epochs")}; {spec.FrozenEpochs} was given.");
        if (spec.FrozenLearningRate is not null && spec.FrozenEpochs == 0)
            faults.Add(json.PathOf("frozen_learning_rate"), "goes only with frozen_epochs of 1 or more.");
        var shortest = new[] { spec.FrozenEpochs, spec.Epochs - spec.FrozenEpochs }.Where(epochs => epochs > 0).Min();
        if (spec.WarmupEpochs > shortest)
            faults.Add(json.PathOf("warmup_epochs"), shortest == spec.Epochs
                ? $"must be at most the {spec.Epochs} epochs of {json.PathOf("epochs")}."
                : $"must be at most {shortest}, the epochs of the shorter of the frozen phase and the fine-tuning.");
    }

    private static void CheckMixing(TrainingSpec spec, SpecReader json, Faults faults)
    {
        if (faults.Has(json.PathOf("mixing")))
            return;
        void GoesOnlyWith(string name, bool given, string mixings, params string[] allowed)
        {
            if (given && !allowed.Contains(spec.Mixing) && !faults.Has(json.PathOf(name)))
                faults.Add(json.PathOf(name), $"goes only with the mixing {mixings}; \"{spec.Mixing}\" was given.");
        }

        GoesOnlyWith("mixup_alpha", spec.MixupAlpha is not null, "\"mixup\" or \"alternate\"", "mixup", "alternate");
        GoesOnlyWith("cutmix_alpha", spec.CutmixAlpha is not null, "\"cutmix\" or \"alternate\"", "cutmix", "alternate");
        const string any = "\"mixup\", \"cutmix\" or \"alternate\"";
        GoesOnlyWith("mixing_probability", spec.MixingProbability is not null, any, "mixup", "cutmix", "alternate");
        GoesOnlyWith("mixing_off_epochs", spec.MixingOffEpochs is not null, any, "mixup", "cutmix", "alternate");
        if (spec.Mixing == "none")
            return;
        if (spec.BatchSize < 2 && !faults.Has(json.PathOf("batch_size")))
            faults.Add(json.PathOf("batch_size"), $"must be at least 2 with the mixing \"{spec.Mixing}\": one picture has none to mix with.");
        if (spec.MixingOffEpochs >= spec.Epochs && !faults.Has(json.PathOf("epochs")))
            faults.Add(
                json.PathOf("mixing_off_epochs"), $"must be less than the {spec.Epochs} epochs of {json.PathOf("epochs")}; {spec.MixingOffEpochs} was given.");
    }

    private static bool IsFolder(string dataset) =>
        dataset.StartsWith(FolderPrefix, StringComparison.Ordinal) && !string.IsNullOrWhiteSpace(dataset[FolderPrefix.Length..]);

    private static bool IsWeights(string weights) => weights is "none" or "imagenet"
        || (weights.StartsWith("file:", StringComparison.Ordinal) && WeightsFiles.Any(kind => weights.EndsWith(kind, StringComparison.OrdinalIgnoreCase)))
        || ModelUri.TryParse(weights, out _);

    private static double? OptionalReal(SpecReader json, string name, Interval interval) =>
        json.Has(name) ? json.Real(name, 0.5, interval) : NotGiven<double?>(json, name);

    private static int? OptionalInteger(SpecReader json, string name, long min, long max) =>
        json.Has(name) ? (int)json.Integer(name, min, min, max) : NotGiven<int?>(json, name);

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
