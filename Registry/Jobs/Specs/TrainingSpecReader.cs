using System.Text.Json;
using System.Text.RegularExpressions;

namespace Linnaeus.Registry.Jobs.Specs;

/// <summary>Reads and validates a <see cref="TrainingSpec"/>: each field, then their combinations.</summary>
internal static partial class TrainingSpecReader
{
    private static readonly string[] WeightsFiles = [".safetensors", ".pth", ".pt"];

    public static TrainingSpec Read(SpecReader json, Faults faults)
    {
        var spec = json.Read<TrainingSpec>();
        if (json.Raw("precision") is { ValueKind: JsonValueKind.String } precision && precision.GetString() == "fp16")
            faults.Replace(json.PathOf("precision"), "must not be \"fp16\": it needs loss scaling, which TorchSharp lacks. Use \"bf16\", which is as fast.");
        CheckForms(spec, json, faults);
        json.CheckOnlyWith(spec, faults);
        CheckTogether(spec, json, faults);
        return spec;
    }

    /// <summary>Whether the spec alone shows that there are no validation images.</summary>
    public static bool HasNoValidation(TrainingSpec spec) =>
        spec is { Dataset: DatasetNames.SyntheticFlowers, ValidationFraction: 0, Synthetic.ValPerClass: 0 };

    private static void CheckForms(TrainingSpec spec, SpecReader json, Faults faults)
    {
        void Check(string name, bool isGood, string message)
        {
            if (!isGood && !faults.Has(json.PathOf(name)))
                faults.Add(json.PathOf(name), message);
        }

        Check("model", ModelName().IsMatch(spec.Model), "must contain only letters, digits, spaces, '.', '-' and '_', since it is part of models:/NAME/VERSION.");
        Check("dataset", spec.Dataset is DatasetNames.SyntheticFlowers or DatasetNames.Flowers102 || DatasetNames.IsFolder(spec.Dataset),
            $"must be \"{DatasetNames.SyntheticFlowers}\", \"{DatasetNames.Flowers102}\" or \"{DatasetNames.FolderPrefix}PATH\", got \"{spec.Dataset}\".");
        Check("device", DeviceName().IsMatch(spec.Device), $"must be \"auto\", \"cpu\", \"cuda\" or \"cuda:N\", got \"{spec.Device}\".");
        Check("weights", IsWeights(spec.Weights),
            $"must be \"none\", \"imagenet\", \"file:PATH\" of a .safetensors or .pth file, \"models:/NAME/VERSION\" or \"models:/NAME@ALIAS\", got \"{spec.Weights}\".");
    }

    private static void CheckTogether(TrainingSpec spec, SpecReader json, Faults faults)
    {
        CheckPhases(spec, json, faults);
        CheckMixing(spec, json, faults);
        if (spec.Dataset != DatasetNames.SyntheticFlowers)
            return;

        var synthetic = spec.Synthetic ?? new SyntheticDatasetOptions();
        if (spec.EarlyStopping is not null && HasNoValidation(spec))
            faults.Add(json.PathOf("early_stopping"), "needs validation images, but val_per_class and validation_fraction are 0.");
        var testImages = Math.Min(synthetic.Classes * synthetic.TestPerClass, spec.Subset?.MaxTest ?? int.MaxValue);
        if (spec.ExplainImages > testImages)
            faults.Add(json.PathOf("explain_images"), $"must be at most {testImages}, the number of test images, got {spec.ExplainImages}.");
    }

    private static void CheckPhases(TrainingSpec spec, SpecReader json, Faults faults)
    {
        if (faults.Has(json.PathOf("epochs")) || faults.Has(json.PathOf("frozen_epochs")))
            return;
        if (spec.FrozenEpochs > spec.Epochs)
            faults.Add(json.PathOf("frozen_epochs"), $"must be at most {spec.Epochs} ({json.PathOf("epochs")}), got {spec.FrozenEpochs}.");
        var shortest = new[] { spec.FrozenEpochs, spec.Epochs - spec.FrozenEpochs }.Where(epochs => epochs > 0).Min();
        if (spec.WarmupEpochs > shortest)
            faults.Add(json.PathOf("warmup_epochs"), shortest == spec.Epochs
                ? $"must be at most {spec.Epochs} ({json.PathOf("epochs")})."
                : $"must be at most {shortest}, the epochs of the shorter phase (frozen or fine-tuning).");
    }

    private static void CheckMixing(TrainingSpec spec, SpecReader json, Faults faults)
    {
        if (faults.Has(json.PathOf("mixing")))
            return;
        if (spec.Mixing == MixingKind.None)
            return;
        if (spec.BatchSize < 2 && !faults.Has(json.PathOf("batch_size")))
            faults.Add(json.PathOf("batch_size"), $"must be at least 2 with mixing \"{spec.Mixing.Name()}\".");
        if (spec.MixingOffEpochs >= spec.Epochs && !faults.Has(json.PathOf("epochs")))
            faults.Add(
                json.PathOf("mixing_off_epochs"), $"must be less than {spec.Epochs} ({json.PathOf("epochs")}), got {spec.MixingOffEpochs}.");
    }

    private static bool IsWeights(string weights) => weights is "none" or "imagenet"
        || (weights.StartsWith("file:", StringComparison.Ordinal) && WeightsFiles.Any(kind => weights.EndsWith(kind, StringComparison.OrdinalIgnoreCase)))
        || ModelUri.TryParse(weights, out _);

    [GeneratedRegex(@"^[\p{L}\p{N}_][\p{L}\p{N}_\-. ]*$")]
    private static partial Regex ModelName();

    [GeneratedRegex(@"^(auto|cpu|cuda(:\d{1,3})?)$")]
    private static partial Regex DeviceName();
}
