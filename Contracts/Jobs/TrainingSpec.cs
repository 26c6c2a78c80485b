namespace Linnaeus.Contracts;

/// <summary>
/// What to train, on what, and how: the <c>spec</c> of a job of kind <c>train</c>. JSON names are snake_case;
/// the Registry refuses unknown fields and values outside the ranges given here.
/// </summary>
public sealed record TrainingSpec
{
    /// <summary>Run name shown to people; generated when absent.</summary>
    public string? Name { get; init; }

    /// <summary>Experiment the run belongs to; created when absent from the Registry.</summary>
    public string Experiment { get; init; } = "Default";

    /// <summary>Registered model that receives the new version, e.g. <c>flowers</c>. Required.</summary>
    public string Model { get; init; } = "";

    /// <summary>Network architecture: <c>efficientnet_b0</c> to <c>efficientnet_b3</c>, or <c>mobilenet_v2</c>.</summary>
    public string Architecture { get; init; } = "efficientnet_b0";

    /// <summary>
    /// Initial weights: <c>none</c>, <c>imagenet</c> (torchvision's, downloaded once or taken from the worker's <c>WEIGHTS_DIR</c>),
    /// <c>file:PATH</c> of a <c>.safetensors</c> or PyTorch <c>.pth</c> file, or <c>models:/name/3</c> / <c>models:/name@alias</c>.
    /// </summary>
    public string Weights { get; init; } = "none";

    /// <summary>
    /// <c>synthetic-flowers</c>, <c>flowers102</c> (Oxford Flowers-102 in its official split, downloaded once or taken from the worker's
    /// <c>DATASETS_DIR</c>) or <c>folder:PATH</c>. Required.
    /// </summary>
    public string Dataset { get; init; } = "";

    /// <summary>Size of the drawn dataset; only with <c>synthetic-flowers</c>.</summary>
    public SyntheticDatasetOptions? Synthetic { get; init; }

    /// <summary>Fewer images than the dataset has, for trials; absent means all.</summary>
    public SubsetOptions? Subset { get; init; }

    /// <summary>Share of the training split held back for validation when the dataset has no validation split: 0 to 0.5; 0 means none.</summary>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>Side of the square input in pixels: 32 to 1024.</summary>
    public int ImageSize { get; init; } = 224;

    /// <summary>Images in a batch: 1 to 4096.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Passes over the training split: 1 to 10000.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>The first of them, in which only the classifier is trained on the frozen backbone: 0 to <see cref="Epochs"/>.</summary>
    public int FrozenEpochs { get; init; }

    /// <summary>Whole blocks of the backbone, counted from the classifier, that are trained afterwards: 1 to 100; absent means all.</summary>
    public int? TrainableBlocks { get; init; }

    /// <summary>Keeps batch normalisation as the initial weights have it, in fine-tuning too. Frozen blocks keep theirs in any case.</summary>
    public bool FreezeBatchNorm { get; init; }

    /// <summary>
    /// Augmentation preset: <c>none</c>, <c>light</c> (random resized crop 0.35..1 and horizontal flip), <c>keras</c> (the six layers of the published
    /// exercise) or <c>advanced</c> (crop 0.25..1, flip, +-30 degrees, colours, random erasing).
    /// </summary>
    public string Augmentation { get; init; } = "none";

    /// <summary>
    /// Mixing of pictures and labels within a batch: <c>none</c>, <c>mixup</c>, <c>cutmix</c> or <c>alternate</c> (one after the other, batch by
    /// batch).
    /// </summary>
    public string Mixing { get; init; } = "none";

    /// <summary>Mixup draws shares from Beta(alpha, alpha): above 0, at most 10; only with <c>mixup</c> or <c>alternate</c>; absent means 0.2.</summary>
    public double? MixupAlpha { get; init; }

    /// <summary>
    /// CutMix draws alpha up to this and shares from Beta(alpha, alpha): above 0, at most 10; only with <c>cutmix</c> or <c>alternate</c>;
    /// absent means 1.
    /// </summary>
    public double? CutmixAlpha { get; init; }

    /// <summary>Share of the batches that are mixed: above 0, at most 1; only with mixing; absent means 1.</summary>
    public double? MixingProbability { get; init; }

    /// <summary>The last epochs, which are not mixed: 0 up to, but not including, <see cref="Epochs"/>; only with mixing; absent means 0.</summary>
    public int? MixingOffEpochs { get; init; }

    /// <summary>
    /// How often small classes are shown: <c>none</c>, <c>oversample</c> (each as often as the largest) or <c>weights</c> (as often as they are,
    /// weighing more in the loss).
    /// </summary>
    public string ClassBalance { get; init; } = "none";

    /// <summary>Optimiser: <c>adamw</c>, <c>adam</c> or <c>sgd</c>.</summary>
    public string Optimizer { get; init; } = "adamw";

    /// <summary>Momentum, only with <c>sgd</c>: 0 up to, but not including, 1; absent means 0.9.</summary>
    public double? Momentum { get; init; }

    /// <summary>Peak learning rate of the classifier: above 0, at most 1.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Peak learning rate in the frozen epochs: above 0, at most 1; absent means <see cref="LearningRate"/>.</summary>
    public double? FrozenLearningRate { get; init; }

    /// <summary>Learning rate of the backbone's last block as a multiple of the classifier's: above 0, at most 1.</summary>
    public double BackboneLrFactor { get; init; } = 1;

    /// <summary>Factor on the learning rate from each block to the one before it, towards the stem: above 0, at most 1.</summary>
    public double LrDecayPerBlock { get; init; } = 1;

    /// <summary>Weight decay: 0 to 1. Decoupled for <c>adamw</c>, added to the gradient for the others; biases and normalisation have none.</summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Learning-rate schedule after warm-up, in the frozen epochs and in fine-tuning anew: <c>cosine</c> or <c>constant</c>.</summary>
    public string Schedule { get; init; } = "cosine";

    /// <summary>Epochs of linear warm-up in the frozen epochs and in fine-tuning each, may be fractional: 0 up to the shorter of them.</summary>
    public double WarmupEpochs { get; init; } = 1;

    /// <summary>Largest norm of all gradients together: above 0, at most 1000000; absent means they are not clipped.</summary>
    public double? GradientClip { get; init; }

    /// <summary>Batches whose gradients are averaged to one optimiser step: 1 to 1024.</summary>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>
    /// What the backbone computes in while it is trained: <c>fp32</c>, <c>bf16</c> (bfloat16) or <c>auto</c>: <c>bf16</c> on a GPU or CPU that multiplies
    /// it fast (NVIDIA from compute capability 8.0 on, x86 with AMX), else <c>fp32</c>. The run's tag <c>linnaeus.precision</c> says which it became; a run that
    /// goes on elsewhere keeps it. Weights, updates and evaluation are float32 in any case.
    /// </summary>
    public string Precision { get; init; } = "auto";

    /// <summary>When to end before the last epoch; absent means never.</summary>
    public EarlyStoppingOptions? EarlyStopping { get; init; }

    /// <summary>Label smoothing: 0 up to, but not including, 1.</summary>
    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>Dropout before the classifier: 0 up to, but not including, 1.</summary>
    public double Dropout { get; init; } = 0.2;

    /// <summary>Decay of the exponential moving average of the weights per step: above 0, below 1; absent means no average is kept.</summary>
    public double? EmaDecay { get; init; }

    /// <summary>Whether the accuracy under corruptions (seven kinds, five severities) is measured at the end.</summary>
    public bool Robustness { get; init; } = true;

    /// <summary>Test images that are corrupted, each 35 times: 1 to 1000000; of a larger split a stratified part is taken.</summary>
    public int RobustnessImages { get; init; } = 256;

    /// <summary><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Seed of everything random in the run.</summary>
    public long Seed { get; init; }

    /// <summary>Test images to explain once the version is registered: 0 to 16.</summary>
    public int ExplainImages { get; init; }
}

/// <summary>
/// Ends a training whose validation accuracy no longer grows; the best epoch's weights are registered as ever. Frozen epochs before fine-tuning do
/// not count.
/// </summary>
public sealed record EarlyStoppingOptions
{
    /// <summary>Epochs in a row without progress: 1 to 10000.</summary>
    public int Patience { get; init; } = 5;

    /// <summary>Growth of the accuracy that counts as progress: 0 up to, but not including, 1.</summary>
    public double MinDelta { get; init; }
}

/// <summary>How many images of each split to use, every class with about its share.</summary>
public sealed record SubsetOptions
{
    /// <summary>Most training images: 2 to 10000000; absent means all.</summary>
    public int? MaxTrain { get; init; }

    /// <summary>Most validation images: 1 to 10000000; absent means all.</summary>
    public int? MaxValidation { get; init; }

    /// <summary>Most test images: 1 to 10000000; absent means all.</summary>
    public int? MaxTest { get; init; }

    /// <summary>Seed of the choice, apart from the run's own seed so that runs can share a subset.</summary>
    public long Seed { get; init; } = 1;
}

/// <summary>Size of a <c>synthetic-flowers</c> dataset.</summary>
public sealed record SyntheticDatasetOptions
{
    /// <summary>Classes to draw: 2 to 12.</summary>
    public int Classes { get; init; } = 6;

    /// <summary>Training images per class: 1 to 10000.</summary>
    public int TrainPerClass { get; init; } = 40;

    /// <summary>Validation images per class: 0 to 10000.</summary>
    public int ValPerClass { get; init; } = 10;

    /// <summary>Test images per class: 1 to 10000.</summary>
    public int TestPerClass { get; init; } = 10;

    /// <summary>Seed of the drawing, apart from the run's own seed so that runs can share a dataset.</summary>
    public long Seed { get; init; } = 1;
}
