namespace Linnaeus.Portal.Training;

/// <summary>A spec to start from: a file in <c>examples/</c> or the quick start.</summary>
public sealed record SpecPreset(string Name, string Title, string About)
{
    public static IReadOnlyList<SpecPreset> All { get; } =
    [
        new("quickstart", "Quick start", "Synthetic flowers, small images: a model version in a few minutes on a CPU."),
        new("exercise", "Flowers-102 baseline (frozen B0)", "Flowers-102, frozen EfficientNet-B0 with ImageNet weights, six Keras augmentation layers."),
        new("exercise-light", "Flowers-102 with light augmentation", "The baseline with light augmentation: the first variant to compare with it."),
        new("fine-tune", "Fine-tuning", "Flowers-102, all layers trained: two phases, EMA, early stopping."),
        new("flowers12", "From scratch", "Twelve classes of photos in a folder, without pretrained weights."),
        new("exercise-pipelines", "Sweep: augmentation × mixing", "The Flowers-102 baseline with every augmentation preset and mixing mode."),
        new("flowers12-mixing", "Sweep: Mixup vs CutMix", "Mixup and CutMix compared, from scratch."),
    ];

    /// <summary>The job as JSON.</summary>
    public string Json
    {
        get
        {
            using var stream = typeof(SpecPreset).Assembly.GetManifestResourceStream($"examples/{Name}.json")
                ?? throw new InvalidOperationException($"Example {Name} is not embedded in this assembly.");
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd().TrimEnd();
        }
    }

    public static SpecPreset? Find(string? name) => All.FirstOrDefault(preset => preset.Name == name);
}
