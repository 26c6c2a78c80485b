namespace Linnaeus.Portal.Training;

/// <summary>A spec to start from: one of the files in <c>examples/</c>, or the quick start's.</summary>
public sealed record SpecPreset(string Name, string Title, string About)
{
    public static IReadOnlyList<SpecPreset> All { get; } =
    [
        new("quickstart", "Quick start", "Drawn flowers, small images: a version in a few minutes on a CPU."),
        new("exercise", "The published exercise", "Flowers-102, frozen EfficientNet-B0 with ImageNet weights, six Keras layers."),
        new("exercise-light", "The exercise, lighter", "The same with a mild augmentation: the first thing to try against it."),
        new("fine-tune", "Fine-tuning", "Flowers-102 with the whole network trained: two phases, averaged weights, early stopping."),
        new("flowers12", "From scratch", "Twelve classes of photographs in a folder, without ImageNet weights."),
        new("exercise-pipelines", "Sweep: pipelines", "The exercise with every augmentation and mixing, side by side."),
        new("flowers12-mixing", "Sweep: mixing", "What Mixup and CutMix change, from scratch."),
    ];

    /// <summary>The job as JSON.</summary>
    public string Json
    {
        get
        {
            using var stream = typeof(SpecPreset).Assembly.GetManifestResourceStream($"examples/{Name}.json")
                ?? throw new InvalidOperationException($"The example {Name} is not part of this program.");
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd().TrimEnd();
        }
    }

    public static SpecPreset? Find(string? name) => All.FirstOrDefault(preset => preset.Name == name);
}
