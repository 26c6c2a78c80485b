using System.Text.Json;

namespace Linnaeus.Vision.Checkpoints;

/// <summary>How pixels become the network's input; part of the model.</summary>
public sealed record Preprocessing
{
    /// <summary>Largest allowed input side: a network's memory grows with its square.</summary>
    public const int MaximumImageSize = 1024;

    /// <summary>Side of the square input in pixels: 1 to <see cref="MaximumImageSize"/>.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Name of the resize rule of the dataset pipeline.</summary>
    public string Resize { get; init; } = "shorter-side-center-crop";

    /// <summary>Per-channel mean (red, green, blue) of pixel values in 0..1; ImageNet's by default.</summary>
    public IReadOnlyList<float> Mean { get; init; } = [0.485f, 0.456f, 0.406f];

    /// <summary>Per-channel standard deviation (red, green, blue) of pixel values in 0..1; ImageNet's by default.</summary>
    public IReadOnlyList<float> Std { get; init; } = [0.229f, 0.224f, 0.225f];
}

/// <summary>Metadata of a model folder: <c>model.json</c>.</summary>
public sealed record ModelDescription
{
    /// <summary>Version of this file's layout.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Network, e.g. <c>efficientnet_b0</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Class names in the order of the outputs.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>How pixels become the network's input.</summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>The training spec as submitted.</summary>
    public JsonElement? TrainingSpec { get; init; }

    /// <summary>Fingerprint of the dataset that the model was trained on.</summary>
    public string? DatasetFingerprint { get; init; }

    /// <summary>Calibration temperature that divides the logits before the softmax (Guo et al. 2017); null means none.</summary>
    public double? Temperature { get; init; }

    /// <summary>Final metrics, e.g. <c>test_accuracy</c>.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>SHA-256 of <c>model.safetensors</c> in lower-case hex; set when the folder is written, verified when it is read.</summary>
    public string? WeightsSha256 { get; init; }
}
