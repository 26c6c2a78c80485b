using System.Text.Json;

namespace Linnaeus.Vision.Checkpoints;

/// <summary>How pixels become a network's input. Part of a model: another preprocessing is another model.</summary>
public sealed record Preprocessing
{
    /// <summary>Largest side that a model folder may ask for, as for a run: the memory that a network needs grows with its square.</summary>
    public const int MaximumImageSize = 1024;

    /// <summary>Side of the square input in pixels: 1 to <see cref="MaximumImageSize"/>.</summary>
    public required int ImageSize { get; init; }

    /// <summary>How an image of another size becomes square, by the name that the dataset pipeline gives the rule.</summary>
    public string Resize { get; init; } = "shorter-side-center-crop";

    /// <summary>Per-channel mean (red, green, blue) of pixel values in 0..1; ImageNet's by default.</summary>
    public IReadOnlyList<float> Mean { get; init; } = [0.485f, 0.456f, 0.406f];

    /// <summary>Per-channel standard deviation (red, green, blue) of pixel values in 0..1; ImageNet's by default.</summary>
    public IReadOnlyList<float> Std { get; init; } = [0.229f, 0.224f, 0.225f];
}

/// <summary>What a model folder says of its weights: <c>model.json</c>.</summary>
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

    /// <summary>The specification that the model was trained by, as it was submitted.</summary>
    public JsonElement? TrainingSpec { get; init; }

    /// <summary>Fingerprint of the dataset that the model was trained on.</summary>
    public string? DatasetFingerprint { get; init; }

    /// <summary>Divides the logits before the softmax, so that probabilities mean what they say (Guo et al. 2017); null divides by nothing.</summary>
    public double? Temperature { get; init; }

    /// <summary>Final figures, e.g. <c>test_accuracy</c>.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>SHA-256 of <c>model.safetensors</c> in lower-case hex; filled in when the folder is written, checked when it is read.</summary>
    public string? WeightsSha256 { get; init; }
}
