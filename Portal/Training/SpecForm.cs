using Linnaeus.Portal.Datasets;
using static Linnaeus.Portal.Training.SpecFieldKind;

namespace Linnaeus.Portal.Training;

/// <summary>The Train form: every field of the training spec, in the order in which people decide.</summary>
public static class SpecForm
{
    public static IReadOnlyList<SpecSection> Sections { get; } =
    [
        new("Model",
        [
            new("model", "Model", Text, "Registered model name, e.g. flowers. Required."),
            new("dataset", "Dataset", Text, "synthetic-flowers, flowers102, or folder:PATH with one folder per class. Required.")
            {
                Choices = ["synthetic-flowers", "flowers102", "folder:"],
            },
            new("architecture", "Architecture", Choice, "B0 is the smallest; B2 and B3 are more accurate and slower.")
            {
                Choices = ["efficientnet_b0", "efficientnet_b1", "efficientnet_b2", "efficientnet_b3", "mobilenet_v2"],
            },
            new("weights", "Initial weights", Text, "none, imagenet, file:PATH, or a model version such as models:/flowers@champion.") { Choices = ["none", "imagenet", "models:/"] },
            new("experiment", "Experiment", Text, "Experiment that groups the run."),
            new("name", "Run name", Text, "Auto-generated if empty."),
        ], IsFirst: true),
        new("Dataset",
        [
            new("image_size", "Image size", Integer, "Pixels, 32–1024. Doubling it costs about 4x compute."),
            new("validation_fraction", "Validation split", Number, "Fraction of the training images, 0–0.5, if the dataset has no validation split."),
            Drawn("classes", "Synthetic classes", "2–12."),
            Drawn("train_per_class", "Training images per class", "1–10,000."),
            Drawn("val_per_class", "Validation images per class", "0–10,000."),
            Drawn("test_per_class", "Test images per class", "1–10,000."),
            Drawn("seed", "Synthetic data seed", "Same seed, same images."),
            new("subset.max_train", "Max training images", Integer, "Stratified subset for quick tests. Empty: all."),
            new("subset.max_validation", "Max validation images", Integer, "Empty: all."),
            new("subset.max_test", "Max test images", Integer, "Empty: all."),
            new("subset.seed", "Subset seed", Integer, "Same seed, same subset.") { Applies = draft => draft.Get("subset.max_train") is not null },
        ]),
        new("Training schedule",
        [
            new("epochs", "Epochs", Integer, "Passes over the training images, 1–10,000."),
            new("frozen_epochs", "Frozen epochs", Integer, "Train the head only. Equal to epochs: linear probe."),
            new("batch_size", "Batch size", Integer, "Images, 1–4096. Larger batches use more memory."),
            new("accumulation_steps", "Gradient accumulation steps", Integer, "Batches per optimizer step, 1–1024: a larger effective batch in the same memory."),
            new("early_stopping.patience", "Early stopping patience", Integer, "Epochs without improvement in validation accuracy. Empty: disabled."),
            new("early_stopping.min_delta", "Min delta", Number, "Smallest gain in accuracy that counts as an improvement, 0–1.") { Applies = draft => draft.Get("early_stopping.patience") is not null },
        ], IsFirst: true),
        new("Augmentation",
        [
            new("augmentation", "Augmentation", Choice, "Preview each preset on the Datasets page.") { Choices = DatasetQuery.Augmentations },
            new("mixing", "Mixup/CutMix", Choice, "Batch-level mixing; alternate uses both in turn.") { Choices = ["none", .. DatasetQuery.Mixings] },
            new("mixup_alpha", "Mixup alpha", Number, "(0, 10]. Empty: 0.2.") { Applies = draft => draft.Get("mixing") is "mixup" or "alternate" },
            new("cutmix_alpha", "CutMix alpha", Number, "(0, 10]. Empty: 1.") { Applies = draft => draft.Get("mixing") is "cutmix" or "alternate" },
            new("mixing_probability", "Mix probability", Number, "Per batch, (0, 1]. Empty: 1.") { Applies = IsMixed },
            new("mixing_off_epochs", "Final epochs without mixing", Integer, "Disable mixing for the last N epochs; fewer than epochs. Empty: 0.") { Applies = IsMixed },
            new("class_balance", "Class balancing", Choice, "oversample: draw rare classes more often; weights: class weights in the loss.") { Choices = ["none", "oversample", "weights"] },
            new("label_smoothing", "Label smoothing", Number, "[0, 1)."),
            new("dropout", "Dropout", Number, "Classifier dropout rate, [0, 1)."),
        ], IsFirst: true),
        new("Optimizer",
        [
            new("optimizer", "Optimizer", Choice, "") { Choices = ["adamw", "adam", "sgd"] },
            new("learning_rate", "Learning rate", Number, "Peak learning rate (head), (0, 1]."),
            new("frozen_learning_rate", "Learning rate while frozen", Number, "For the frozen epochs. Empty: same as the learning rate.") { Applies = draft => draft.Get("frozen_epochs") is not null },
            new("momentum", "Momentum", Number, "[0, 1). Empty: 0.9.") { Applies = draft => draft.Get("optimizer") == "sgd" },
            new("schedule", "LR schedule", Choice, "After warmup.") { Choices = ["cosine", "constant"] },
            new("warmup_epochs", "Warmup epochs", Number, "May be fractional."),
            new("weight_decay", "Weight decay", Number, "0–1."),
            new("gradient_clip", "Gradient clipping", Number, "Max global norm. Empty: disabled."),
            new("ema_decay", "EMA decay", Number, "Per step, (0, 1). The averaged weights are evaluated and registered. Empty: disabled."),
        ]),
        new("Fine-tuning",
        [
            new("backbone_lr_factor", "Backbone LR multiplier", Number, "Relative to the head's learning rate, (0, 1]."),
            new("lr_decay_per_block", "Layer-wise LR decay", Number, "Factor per block toward the input, (0, 1]."),
            new("trainable_blocks", "Trainable blocks", Integer, "Unfreeze the last N blocks. Empty: all."),
            new("freeze_batch_norm", "Freeze batch norm", Flag, "For small batches with pretrained weights."),
        ]),
        new("Evaluation & hardware",
        [
            new("robustness", "Measure robustness", Flag, "Accuracy under 7 corruptions at 5 severities."),
            new("robustness_images", "Robustness test images", Integer, "Test images to evaluate with 35 corruptions each."),
            new("explain_images", "Test images to explain", Integer, "0–16, once the model version is registered."),
            new("device", "Device", Text, "auto, cpu, cuda or cuda:N.") { Choices = ["auto", "cpu", "cuda"] },
            new("precision", "Precision", Choice, "auto: bf16 where the hardware accelerates it, else fp32.") { Choices = ["auto", "fp32", "bf16"] },
            new("seed", "Seed", Integer, "Same seed, reproducible run; bitwise on CPU."),
        ]),
    ];

    private static SpecField Drawn(string name, string label, string hint) =>
        new($"synthetic.{name}", label, Integer, hint) { Applies = draft => draft.Get("dataset") == "synthetic-flowers" };

    private static bool IsMixed(SpecDraft draft) => draft.Get("mixing") is not (null or "none");
}
