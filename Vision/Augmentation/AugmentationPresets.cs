namespace Linnaeus.Vision.Augmentation;

/// <summary>Builds the augmentation presets of a training spec.</summary>
public static class AugmentationPresets
{
    /// <param name="preset">Which pipeline.</param>
    /// <param name="imageSize">Side of the network's input in pixels.</param>
    /// <param name="normalization">ImageNet's when absent.</param>
    public static AugmentationPipeline Create(AugmentationPreset preset, int imageSize, Normalization? normalization = null) => preset switch
    {
        AugmentationPreset.None => new AugmentationPipeline(preset.Name(), imageSize, [], [], normalization),
        AugmentationPreset.Light => new AugmentationPipeline(preset.Name(), imageSize,
            [new RandomResizedCrop(new DrawRange(0.35, 1), new DrawRange(3.0 / 4, 4.0 / 3)), new RandomFlip(Horizontal: true, Vertical: false)],
            [], normalization),
        AugmentationPreset.Keras => new AugmentationPipeline(preset.Name(), imageSize,
            [
                new RandomFlip(Horizontal: true, Vertical: true),
                new RandomRotation(new DrawRange(-45, 45)),
                new RandomZoom(new DrawRange(0.2, 0.3)),
                new RandomTranslation(new DrawRange(-0.2, 0.3), new DrawRange(-0.2, 0.3)),
            ],
            [new RandomBrightness(new DrawRange(-0.5, 0.5)), new RandomContrast(new DrawRange(0.5, 1.5))],
            normalization),
        AugmentationPreset.Advanced => new AugmentationPipeline(preset.Name(), imageSize,
            [
                new RandomResizedCrop(new DrawRange(0.25, 1), new DrawRange(3.0 / 4, 4.0 / 3)),
                new RandomFlip(Horizontal: true, Vertical: false),
                new RandomRotation(new DrawRange(-30, 30)),
            ],
            [
                new RandomBrightness(new DrawRange(-0.25, 0.25)),
                new RandomContrast(new DrawRange(0.6, 1.4)),
                new RandomSaturation(new DrawRange(0.5, 1.5)),
                new RandomErasing(0.5, new DrawRange(0.02, 0.25), new DrawRange(0.3, 1 / 0.3), normalization),
            ],
            normalization),
        _ => throw new ArgumentOutOfRangeException(nameof(preset), preset, "unknown augmentation"),
    };
}
