namespace Linnaeus.Vision.Networks;

/// <summary>One stage of inverted residual blocks.</summary>
/// <param name="Expansion">Hidden channels of a block as a multiple of its input channels.</param>
/// <param name="Kernel">Side of the depthwise kernel.</param>
/// <param name="Stride">Stride of the stage's first block.</param>
/// <param name="InputChannels">Channels that the first block takes.</param>
/// <param name="OutputChannels">Channels that each block gives.</param>
/// <param name="Blocks">Blocks in the stage.</param>
public sealed record EfficientNetStage(int Expansion, int Kernel, int Stride, int InputChannels, int OutputChannels, int Blocks);

/// <summary>
/// A member of the EfficientNet family: the baseline stages scaled by a width and a depth factor
/// (Tan and Le 2019, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks").
/// </summary>
/// <param name="Architecture">Which member.</param>
/// <param name="Width">Factor on channels.</param>
/// <param name="Depth">Factor on blocks per stage.</param>
/// <param name="ImageSize">Input side in pixels that the paper chose for it.</param>
/// <param name="Dropout">Dropout probability before the classifier.</param>
public sealed record EfficientNetScaling(Architecture Architecture, double Width, double Depth, int ImageSize, double Dropout)
{
    /// <summary>Probability with which the last block is skipped in training; it grows linearly from 0 over the blocks.</summary>
    public double StochasticDepth { get; init; } = 0.2;

    private static readonly EfficientNetStage[] Baseline =
    [
        new(1, 3, 1, 32, 16, 1),
        new(6, 3, 2, 16, 24, 2),
        new(6, 5, 2, 24, 40, 2),
        new(6, 3, 2, 40, 80, 3),
        new(6, 5, 1, 80, 112, 3),
        new(6, 5, 2, 112, 192, 4),
        new(6, 3, 1, 192, 320, 1),
    ];

    /// <summary>B0 to B3, smallest first.</summary>
    public static IReadOnlyList<EfficientNetScaling> Family { get; } =
    [
        new(Architecture.EfficientNetB0, 1.0, 1.0, 224, 0.2),
        new(Architecture.EfficientNetB1, 1.0, 1.1, 240, 0.2),
        new(Architecture.EfficientNetB2, 1.1, 1.2, 260, 0.3),
        new(Architecture.EfficientNetB3, 1.2, 1.4, 300, 0.3),
    ];

    /// <summary>Baseline stages after scaling.</summary>
    public IReadOnlyList<EfficientNetStage> Stages { get; } =
    [
        .. Baseline.Select(stage => stage with
        {
            InputChannels = ScaleChannels(stage.InputChannels * Width),
            OutputChannels = ScaleChannels(stage.OutputChannels * Width),
            Blocks = (int)Math.Ceiling(stage.Blocks * Depth),
        }),
    ];

    /// <summary>Channels of the last feature map: four times those of the last stage.</summary>
    public int FeatureChannels => 4 * Stages[^1].OutputChannels;

    /// <summary>The nearest multiple of 8, at least 8, that does not lose more than a tenth.</summary>
    internal static int ScaleChannels(double channels)
    {
        var rounded = Math.Max(8, (int)(channels + 4) / 8 * 8);
        return rounded < 0.9 * channels ? rounded + 8 : rounded;
    }
}
