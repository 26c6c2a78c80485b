using Linnaeus.Portal.Datasets;
using static Linnaeus.Portal.Training.SpecFieldKind;

namespace Linnaeus.Portal.Training;

/// <summary>The form of a training: every field of the spec, in the order in which people decide.</summary>
public static class SpecForm
{
    public static IReadOnlyList<SpecSection> Sections { get; } =
    [
        new("What to train",
        [
            new("model", "Model", Text, "Name of the registered model that gets the new version, e.g. flowers. Required."),
            new("dataset", "Dataset", Text, "synthetic-flowers, flowers102, or folder:PATH with one folder per class. Required.")
            {
                Choices = ["synthetic-flowers", "flowers102", "folder:"],
            },
            new("architecture", "Architecture", Choice, "B0 is the smallest; B2 and B3 are more accurate and slower.")
            {
                Choices = ["efficientnet_b0", "efficientnet_b1", "efficientnet_b2", "efficientnet_b3", "mobilenet_v2"],
            },
            new("weights", "First weights", Text, "none, imagenet, file:PATH, or a version as models:/flowers@champion.") { Choices = ["none", "imagenet", "models:/"] },
            new("experiment", "Experiment", Text, "Where the run is listed."),
            new("name", "Name of the run", Text, "Made up when empty."),
        ], IsFirst: true),
        new("Data",
        [
            new("image_size", "Side of the images", Integer, "Pixels, 32 to 1024. Twice the side takes four times as long."),
            new("validation_fraction", "Held back for validation", Number, "Share of the training images, 0 to 0.5, where the dataset has no validation split."),
            Drawn("classes", "Classes to draw", "2 to 12."),
            Drawn("train_per_class", "Training images per class", "1 to 10,000."),
            Drawn("val_per_class", "Validation images per class", "0 to 10,000."),
            Drawn("test_per_class", "Test images per class", "1 to 10,000."),
            Drawn("seed", "Seed of the drawing", "Equal seeds draw equal flowers."),
            new("subset.max_train", "Most training images", Integer, "For a trial; every class keeps its share. Empty: all."),
            new("subset.max_validation", "Most validation images", Integer, "Empty: all."),
            new("subset.max_test", "Most test images", Integer, "Empty: all."),
            new("subset.seed", "Seed of that choice", Integer, "Equal seeds choose equal images.") { Applies = draft => draft.Get("subset.max_train") is not null },
        ]),
        new("Length",
        [
            new("epochs", "Epochs", Integer, "Passes over the training images, 1 to 10,000."),
            new("frozen_epochs", "Of them with frozen backbone", Integer, "First only the classifier learns. As many as epochs: it alone."),
            new("batch_size", "Batch size", Integer, "Images, 1 to 4096. More take more memory."),
            new("accumulation_steps", "Batches per step", Integer, "Gradients averaged before an update, 1 to 1024: a larger batch in the same memory."),
            new("early_stopping.patience", "Stop early after", Integer, "Epochs without progress in validation accuracy. Empty: never."),
            new("early_stopping.min_delta", "Least progress", Number, "Growth of the accuracy that counts, 0 to 1.") { Applies = draft => draft.Get("early_stopping.patience") is not null },
        ], IsFirst: true),
        new("Augmentation",
        [
            new("augmentation", "Augmentation", Choice, "Look at each on the page Datasets.") { Choices = DatasetQuery.Augmentations },
            new("mixing", "Mixing", Choice, "Pictures and labels mixed within a batch.") { Choices = ["none", .. DatasetQuery.Mixings] },
            new("mixup_alpha", "Mixup alpha", Number, "Above 0, at most 10. Empty: 0.2.") { Applies = draft => draft.Get("mixing") is "mixup" or "alternate" },
            new("cutmix_alpha", "CutMix alpha", Number, "Above 0, at most 10. Empty: 1.") { Applies = draft => draft.Get("mixing") is "cutmix" or "alternate" },
            new("mixing_probability", "Share of mixed batches", Number, "Above 0, at most 1. Empty: all.") { Applies = IsMixed },
            new("mixing_off_epochs", "Last epochs unmixed", Integer, "Fewer than epochs. Empty: none.") { Applies = IsMixed },
            new("class_balance", "Small classes", Choice, "oversample shows them more often, weights makes them weigh more.") { Choices = ["none", "oversample", "weights"] },
            new("label_smoothing", "Label smoothing", Number, "0 up to 1."),
            new("dropout", "Dropout", Number, "Before the classifier, 0 up to 1."),
        ], IsFirst: true),
        new("Optimiser",
        [
            new("optimizer", "Optimiser", Choice, "") { Choices = ["adamw", "adam", "sgd"] },
            new("learning_rate", "Learning rate", Number, "Of the classifier at its peak: above 0, at most 1."),
            new("frozen_learning_rate", "Learning rate, frozen", Number, "In the frozen epochs. Empty: the same.") { Applies = draft => draft.Get("frozen_epochs") is not null },
            new("momentum", "Momentum", Number, "0 up to 1. Empty: 0.9.") { Applies = draft => draft.Get("optimizer") == "sgd" },
            new("schedule", "Schedule", Choice, "After the warm-up.") { Choices = ["cosine", "constant"] },
            new("warmup_epochs", "Warm-up", Number, "Epochs, may be fractional."),
            new("weight_decay", "Weight decay", Number, "0 to 1."),
            new("gradient_clip", "Clip gradients at", Number, "Largest norm of all together. Empty: no clipping."),
            new("ema_decay", "Averaged weights", Number, "Decay per step, above 0, below 1: the average is evaluated and registered. Empty: none."),
        ]),
        new("Fine-tuning",
        [
            new("backbone_lr_factor", "Backbone's learning rate", Number, "As a multiple of the classifier's: above 0, at most 1."),
            new("lr_decay_per_block", "Factor per block", Number, "Towards the first layer: above 0, at most 1."),
            new("trainable_blocks", "Trained blocks", Integer, "Counted from the classifier. Empty: all."),
            new("freeze_batch_norm", "Batch normalisation stays as it was", Flag, "For small batches on pretrained weights."),
        ]),
        new("Evaluation and machine",
        [
            new("robustness", "Measure robustness", Flag, "Accuracy under seven corruptions in five severities."),
            new("robustness_images", "Corrupted images", Integer, "Of the test split, each 35 times."),
            new("explain_images", "Explain test images", Integer, "0 to 16, once the version is registered."),
            new("device", "Device", Text, "auto, cpu, cuda or cuda:N.") { Choices = ["auto", "cpu", "cuda"] },
            new("precision", "Precision", Choice, "auto takes bf16 where the processor multiplies it fast, else fp32.") { Choices = ["auto", "fp32", "bf16"] },
            new("seed", "Seed", Integer, "Equal seeds train equally, on the CPU bit by bit."),
        ]),
    ];

    private static SpecField Drawn(string name, string label, string hint) =>
        new($"synthetic.{name}", label, Integer, hint) { Applies = draft => draft.Get("dataset") == "synthetic-flowers" };

    private static bool IsMixed(SpecDraft draft) => draft.Get("mixing") is not (null or "none");
}
