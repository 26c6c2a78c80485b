using System.ComponentModel.DataAnnotations;

namespace Linnaeus.Contracts;

/// <summary>
/// A run's model, data and hyperparameters: the <c>spec</c> of a job of kind <c>train</c>. JSON names are snake_case. Validation, the Train
/// form and <c>docs/SPEC.md</c> are generated from the attributes.
/// </summary>
public sealed record TrainingSpec
{
    [Display(Name = "Model", GroupName = SpecGroups.Model, Description = "Registered model name", Prompt = "flowers"), Required]
    public string Model { get; init; } = "";

    [Display(Name = "Dataset", GroupName = SpecGroups.Model, Prompt = "folder:../photos",
        Description = "synthetic-flowers, flowers102 (official split, downloaded once or taken from the worker's DATASETS_DIR), or folder:PATH with one folder per class")]
    [Required, Length(1, SpecLimits.LongestAddress), Suggest(DatasetNames.SyntheticFlowers, DatasetNames.Flowers102, DatasetNames.FolderPrefix)]
    public string Dataset { get; init; } = "";

    [Display(Name = "Architecture", GroupName = SpecGroups.Model, Description = "Network; larger ones are more accurate and slower")]
    public Architecture Architecture { get; init; } = Architecture.EfficientNetB0;

    [Display(Name = "Initial weights", GroupName = SpecGroups.Model,
        Description = "none, imagenet (torchvision's, downloaded once or taken from the worker's WEIGHTS_DIR), file:PATH of a .safetensors or PyTorch .pth file, or a model version such as models:/flowers@champion")]
    [Length(1, SpecLimits.LongestAddress), Suggest("none", "imagenet", "models:/")]
    public string Weights { get; init; } = "none";

    [Display(Name = "Experiment", GroupName = SpecGroups.Model, Description = "Experiment that groups the run; created when it does not exist"), Length(1, 500)]
    public string Experiment { get; init; } = "Default";

    [Display(Name = "Run name", GroupName = SpecGroups.Model, Description = "Auto-generated if empty")]
    public string? Name { get; init; }

    [Display(Name = "Image size", GroupName = SpecGroups.Data, Description = "Side of the square input in pixels; doubling it costs about 4x compute"), Range(32, 1024)]
    public int ImageSize { get; init; } = 224;

    [Display(Name = "Validation split", GroupName = SpecGroups.Data,
        Description = "Fraction of the training images held out when the dataset has no validation split; 0 holds out none"), Range(0.0, 0.5)]
    public double ValidationFraction { get; init; } = 0.1;

    [OnlyWith(nameof(Dataset), DatasetNames.SyntheticFlowers)]
    public SyntheticDatasetOptions? Synthetic { get; init; }

    public SubsetOptions? Subset { get; init; }

    [Display(Name = "Epochs", GroupName = SpecGroups.Schedule, Description = "Passes over the training images"), Range(1, 10_000)]
    public int Epochs { get; init; } = 10;

    [Display(Name = "Frozen epochs", GroupName = SpecGroups.Schedule, Description = "First epochs that train the head only; equal to epochs = linear probe"), Range(0, 10_000)]
    public int FrozenEpochs { get; init; }

    [Display(Name = "Batch size", GroupName = SpecGroups.Schedule, Description = "Images per batch"), Range(1, 4096)]
    public int BatchSize { get; init; } = 32;

    [Display(Name = "Gradient accumulation steps", GroupName = SpecGroups.Schedule, Description = "Batches whose gradients are averaged into one update"), Range(1, 1024)]
    public int AccumulationSteps { get; init; } = 1;

    public EarlyStoppingOptions? EarlyStopping { get; init; }

    [Display(Name = "Augmentation", GroupName = SpecGroups.Augmentation, Description = "Preset; preview each on the Datasets page")]
    public AugmentationPreset Augmentation { get; init; } = AugmentationPreset.None;

    [Display(Name = "Mixup/CutMix", GroupName = SpecGroups.Augmentation, Description = "Batch-level mixing of images and labels")]
    public MixingKind Mixing { get; init; } = MixingKind.None;

    [Display(Name = "Mixup alpha", GroupName = SpecGroups.Augmentation, Description = "Mixup draws shares from Beta(alpha, alpha); 0.2 if empty")]
    [Range(0.0, 10.0, MinimumIsExclusive = true), OnlyWith(nameof(Mixing), "mixup", "alternate")]
    public double? MixupAlpha { get; init; }

    [Display(Name = "CutMix alpha", GroupName = SpecGroups.Augmentation, Description = "CutMix draws alpha up to this and shares from Beta(alpha, alpha); 1 if empty")]
    [Range(0.0, 10.0, MinimumIsExclusive = true), OnlyWith(nameof(Mixing), "cutmix", "alternate")]
    public double? CutmixAlpha { get; init; }

    [Display(Name = "Mix probability", GroupName = SpecGroups.Augmentation, Description = "Fraction of batches that are mixed; 1 if empty")]
    [Range(0.0, 1.0, MinimumIsExclusive = true), OnlyWith(nameof(Mixing), Except = "none")]
    public double? MixingProbability { get; init; }

    [Display(Name = "Final epochs without mixing", GroupName = SpecGroups.Augmentation, Description = "Disables mixing for the last N epochs, fewer than epochs; 0 if empty")]
    [Range(0, 10_000), OnlyWith(nameof(Mixing), Except = "none")]
    public int? MixingOffEpochs { get; init; }

    [Display(Name = "Class balancing", GroupName = SpecGroups.Augmentation, Description = "Oversampling or class weights")]
    public ClassBalancing ClassBalance { get; init; } = ClassBalancing.None;

    [Display(Name = "Label smoothing", GroupName = SpecGroups.Augmentation, Description = "Fraction of the target spread over all classes"), Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double LabelSmoothing { get; init; } = 0.1;

    [Display(Name = "Dropout", GroupName = SpecGroups.Augmentation, Description = "Classifier dropout rate"), Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; } = 0.2;

    [Display(Name = "Optimizer", GroupName = SpecGroups.Optimizer)]
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.AdamW;

    [Display(Name = "Learning rate", GroupName = SpecGroups.Optimizer, Description = "Peak learning rate (head)"), Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 1e-3;

    [Display(Name = "Learning rate while frozen", GroupName = SpecGroups.Optimizer, Description = "Peak learning rate in the frozen epochs; the learning rate if empty")]
    [Range(0.0, 1.0, MinimumIsExclusive = true), OnlyWith(nameof(FrozenEpochs), Except = "0")]
    public double? FrozenLearningRate { get; init; }

    [Display(Name = "Momentum", GroupName = SpecGroups.Optimizer, Description = "0.9 if empty"), Range(0.0, 1.0, MaximumIsExclusive = true), OnlyWith(nameof(Optimizer), "sgd")]
    public double? Momentum { get; init; }

    [Display(Name = "LR schedule", GroupName = SpecGroups.Optimizer, Description = "After warmup, in the frozen epochs and again in fine-tuning")]
    public LearningRateDecay Schedule { get; init; } = LearningRateDecay.Cosine;

    [Display(Name = "Warmup epochs", GroupName = SpecGroups.Optimizer, Description = "Linear warmup of each phase, may be fractional; at most the shorter phase"), Range(0.0, 10_000.0)]
    public double WarmupEpochs { get; init; } = 1;

    [Display(Name = "Weight decay", GroupName = SpecGroups.Optimizer,
        Description = "Decoupled for adamw, added to the gradient otherwise; biases and normalization have none"), Range(0.0, 1.0)]
    public double WeightDecay { get; init; } = 1e-4;

    [Display(Name = "Gradient clipping", GroupName = SpecGroups.Optimizer, Description = "Max global norm; no clipping if empty"), Range(0.0, 1e6, MinimumIsExclusive = true)]
    public double? GradientClip { get; init; }

    [Display(Name = "EMA decay", GroupName = SpecGroups.Optimizer,
        Description = "Decay per step of the moving average of the weights, which is evaluated and registered; no average if empty")]
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double? EmaDecay { get; init; }

    [Display(Name = "Backbone LR multiplier", GroupName = SpecGroups.FineTuning, Description = "Learning rate of the last block relative to the head's"), Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double BackboneLrFactor { get; init; } = 1;

    [Display(Name = "Layer-wise LR decay", GroupName = SpecGroups.FineTuning, Description = "Factor from each block to the one before it"), Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double LrDecayPerBlock { get; init; } = 1;

    [Display(Name = "Trainable blocks", GroupName = SpecGroups.FineTuning, Description = "Unfreezes the last N blocks after the frozen epochs; all if empty"), Range(1, 100)]
    public int? TrainableBlocks { get; init; }

    [Display(Name = "Freeze batch norm", GroupName = SpecGroups.FineTuning, Description = "Keeps the statistics of the initial weights; for small batches on pretrained weights")]
    public bool FreezeBatchNorm { get; init; }

    [Display(Name = "Measure robustness", GroupName = SpecGroups.Evaluation, Description = "Accuracy under seven corruptions at five severities")]
    public bool Robustness { get; init; } = true;

    [Display(Name = "Robustness test images", GroupName = SpecGroups.Evaluation, Description = "Stratified part of the test split; 35 corruptions each"), Range(1, 1_000_000)]
    public int RobustnessImages { get; init; } = 256;

    [Display(Name = "Test images to explain", GroupName = SpecGroups.Evaluation, Description = "Explained once the version is registered"), Range(0, 16)]
    public int ExplainImages { get; init; }

    [Display(Name = "Device", GroupName = SpecGroups.Evaluation, Description = "auto, cpu, cuda or cuda:N"), Suggest("auto", "cpu", "cuda")]
    public string Device { get; init; } = "auto";

    [Display(Name = "Precision", GroupName = SpecGroups.Evaluation, Description = "auto is bf16 where the processor multiplies it fast, else fp32; the run's tag linnaeus.precision records the choice")]
    public Precision Precision { get; init; } = Precision.Auto;

    [Display(Name = "Seed", GroupName = SpecGroups.Evaluation, Description = "Reproducible; bitwise on CPU")]
    public long Seed { get; init; }
}

/// <summary>
/// Stops a run whose validation accuracy stops improving and registers the best epoch's weights. Frozen epochs before fine-tuning do not
/// count.
/// </summary>
public sealed record EarlyStoppingOptions
{
    [Display(Name = "Early stopping patience", GroupName = SpecGroups.Schedule, Description = "Epochs without improvement; never stops early if empty"), Range(1, 10_000)]
    public int Patience { get; init; } = 5;

    [Display(Name = "Min delta", GroupName = SpecGroups.Schedule, Description = "Growth of the validation accuracy that counts as improvement"), Range(0.0, 1.0, MaximumIsExclusive = true), OnlyWith(nameof(Patience), Except = "")]
    public double MinDelta { get; init; }
}

/// <summary>A stratified subset of each split, for quick tests.</summary>
public sealed record SubsetOptions
{
    [Display(Name = "Max training images", GroupName = SpecGroups.Data, Description = "Stratified subset for quick tests; all if empty"), Range(2, 10_000_000)]
    public int? MaxTrain { get; init; }

    [Display(Name = "Max validation images", GroupName = SpecGroups.Data, Description = "All if empty"), Range(1, 10_000_000)]
    public int? MaxValidation { get; init; }

    [Display(Name = "Max test images", GroupName = SpecGroups.Data, Description = "All if empty"), Range(1, 10_000_000)]
    public int? MaxTest { get; init; }

    [Display(Name = "Subset seed", GroupName = SpecGroups.Data, Description = "Same seed, same subset"), OnlyWith(nameof(MaxTrain), Except = "")]
    public long Seed { get; init; } = 1;
}

/// <summary>Size of the <c>synthetic-flowers</c> dataset.</summary>
public sealed record SyntheticDatasetOptions
{
    [Display(Name = "Synthetic classes", GroupName = SpecGroups.Data), Range(2, 12)]
    public int Classes { get; init; } = 6;

    [Display(Name = "Training images per class", GroupName = SpecGroups.Data), Range(1, 10_000)]
    public int TrainPerClass { get; init; } = 40;

    [Display(Name = "Validation images per class", GroupName = SpecGroups.Data), Range(0, 10_000)]
    public int ValPerClass { get; init; } = 10;

    [Display(Name = "Test images per class", GroupName = SpecGroups.Data), Range(1, 10_000)]
    public int TestPerClass { get; init; } = 10;

    [Display(Name = "Synthetic data seed", GroupName = SpecGroups.Data, Description = "Same seed, same images")]
    public long Seed { get; init; } = 1;
}
