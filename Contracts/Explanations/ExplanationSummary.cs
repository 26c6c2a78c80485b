using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>A class with its probability.</summary>
/// <param name="Index">Index among the network's outputs.</param>
/// <param name="Probability">0..1, after temperature scaling where the version has a temperature.</param>
public sealed record ClassScore([property: JsonPropertyName("class")] string Name, int Index, double Probability);

/// <summary>The results of an explanation, and everything needed to reproduce it.</summary>
public record ExplanationSummary
{
    public required string PredictedClass { get; init; }

    public required int PredictedIndex { get; init; }

    /// <summary>Probability of the predicted class, 0..1.</summary>
    public required double Probability { get; init; }

    /// <summary>The five most probable classes, most probable first.</summary>
    public required IReadOnlyList<ClassScore> Top5 { get; init; }

    /// <summary>Probabilities of all classes by name, in the order of the network's outputs.</summary>
    public required IReadOnlyDictionary<string, double> Probabilities { get; init; }

    /// <summary>The explained class.</summary>
    public required string TargetClass { get; init; }

    public required int TargetIndex { get; init; }

    /// <summary>The contrast class.</summary>
    public string? AgainstClass { get; init; }

    public int? AgainstIndex { get; init; }

    /// <summary>Logit of the target.</summary>
    public required float Logit { get; init; }

    /// <summary>The explained quantity: the target's logit, minus that of the contrast class.</summary>
    public required float Score { get; init; }

    /// <summary>
    /// Shape of the raw attribution: [H, W] in 0..1 for Grad-CAM and Grad-CAM++, [H, W] for occlusion, [3, H, W] for the others, in logits.
    /// </summary>
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>How the displayed heat map was computed from the raw attribution.</summary>
    public required string HeatMap { get; init; }

    /// <summary>
    /// Gini index of the attribution's magnitude: 0 is evenly spread, near 1 is concentrated on few pixels. Not a quality measure.
    /// </summary>
    public required double Sparseness { get; init; }

    /// <summary>Grad-CAM and Grad-CAM++: name of the feature map.</summary>
    public string? Layer { get; init; }

    /// <summary>
    /// Grad-CAM at the last feature map: sum of the raw cells plus the classifier's bias minus the score; zero up to rounding.
    /// </summary>
    public double? CamIdentityResidual { get; init; }

    /// <summary>Grad-CAM and Grad-CAM++: false when no cell is positive; the map is then all zero.</summary>
    public bool? HasPositiveEvidence { get; init; }

    /// <summary>Grad-CAM and Grad-CAM++: fraction of the feature map's cells that are positive.</summary>
    public double? PositiveShare { get; init; }

    /// <summary>Integrated Gradients: score of the baseline.</summary>
    public float? BaselineScore { get; init; }

    /// <summary>Integrated Gradients: number of quadrature nodes used.</summary>
    public int? StepsTaken { get; init; }

    /// <summary>Integrated Gradients: sum of the attribution minus (score - baseline score).</summary>
    public double? CompletenessError { get; init; }

    /// <summary>Integrated Gradients: absolute completeness error relative to score - baseline score.</summary>
    public double? RelativeCompletenessError { get; init; }

    /// <summary>Integrated Gradients: whether the relative completeness error is within the requested tolerance (0.01 if none).</summary>
    public bool? Complete { get; init; }

    /// <summary>SmoothGrad: standard deviation of the noise in units of the normalized input.</summary>
    public double? NoiseDeviation { get; init; }

    /// <summary>Occlusion: side and stride of the patch in pixels.</summary>
    public int? WindowTaken { get; init; }

    /// <inheritdoc cref="WindowTaken"/>
    public int? StrideTaken { get; init; }

    /// <summary>Absent unless requested.</summary>
    public ExplanationQuality? Quality { get; init; }

    /// <summary>The requested method and parameters.</summary>
    public required MethodParameters Parameters { get; init; }

    public required ExplanationProvenance Provenance { get; init; }

    /// <summary>Seconds of computation, shared by explanations that were computed together.</summary>
    public required double Seconds { get; init; }
}

/// <summary>The inputs and the environment of an explanation.</summary>
public sealed record ExplanationProvenance
{
    /// <summary>The requested target; absent, the predicted class.</summary>
    public ClassReference? Target { get; init; }

    /// <summary>The requested contrast class.</summary>
    public ClassReference? Against { get; init; }

    /// <summary>SHA-256 of the image file.</summary>
    public required string ImageSha256 { get; init; }

    /// <summary>SHA-256 over the version's files.</summary>
    public required string ModelChecksum { get; init; }

    public required string Architecture { get; init; }

    /// <summary>Side of the network's input in pixels.</summary>
    public required int ImageSize { get; init; }

    /// <summary>How the image was made square.</summary>
    public required string Resize { get; init; }

    public required IReadOnlyList<float> Mean { get; init; }

    public required IReadOnlyList<float> Std { get; init; }

    /// <summary>Softmax temperature; absent where the version has none.</summary>
    public double? Temperature { get; init; }

    /// <summary>Images in the same forward pass; another number changes results by rounding.</summary>
    public required int ComputedTogether { get; init; }

    /// <summary>Versions of the program and its libraries, and the machine, by name.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }
}

/// <summary>Answer of <c>POST /api/explanations</c> and <c>GET /api/explanations/{id}</c> at the Explainer.</summary>
public sealed record ExplanationAnswer : ExplanationSummary
{
    /// <summary>32 hex digits.</summary>
    public required string Id { get; init; }

    public required string Model { get; init; }

    public required string Version { get; init; }

    /// <summary><c>models:/NAME/VERSION</c>.</summary>
    public required string ModelUri { get; init; }

    public required ExplanationMethod Method { get; init; }

    /// <summary>URL of this answer.</summary>
    public required string Url { get; init; }

    /// <summary>PNG at the network's input size, to be laid over <see cref="InputUrl"/>.</summary>
    public required string HeatmapUrl { get; init; }

    /// <summary>PNG: the heat map over the image at half opacity.</summary>
    public required string OverlayUrl { get; init; }

    /// <summary>PNG of the signed attribution: blue is negative, red is positive. Absent where the method has no sign.</summary>
    public string? SignedUrl { get; init; }

    /// <summary>PNG of the network's input.</summary>
    public required string InputUrl { get; init; }

    /// <summary>NumPy file: the raw attribution, float32.</summary>
    public required string AttributionUrl { get; init; }

    /// <summary>
    /// NumPy file: the weighted sum of channels before ReLU at the resolution of the feature map. Grad-CAM and Grad-CAM++ only.
    /// </summary>
    public string? CellsUrl { get; init; }

    public required string RunId { get; init; }

    /// <summary>Folder of the files among the run's artifacts.</summary>
    public required string ArtifactPath { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Answer of <c>GET /api/explanations</c> at the Explainer.</summary>
public sealed record ExplanationAnswers(IReadOnlyList<ExplanationAnswer> Explanations);
