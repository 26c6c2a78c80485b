using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>A class with its probability.</summary>
/// <param name="Name">Class name.</param>
/// <param name="Index">Place among the network's outputs.</param>
/// <param name="Probability">0..1, by the version's temperature where it has one.</param>
public sealed record ClassScore([property: JsonPropertyName("class")] string Name, int Index, double Probability);

/// <summary>Everything measured of an explanation, and everything needed to compute it again.</summary>
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

    /// <summary>The class that is explained.</summary>
    public required string TargetClass { get; init; }

    public required int TargetIndex { get; init; }

    /// <summary>The class that the target is set against.</summary>
    public string? AgainstClass { get; init; }

    public int? AgainstIndex { get; init; }

    /// <summary>Logit of the target.</summary>
    public required float Logit { get; init; }

    /// <summary>What is explained: the target's logit, minus that of the class it is set against.</summary>
    public required float Score { get; init; }

    /// <summary>Shape of the raw attribution: [H, W] in 0..1 for Grad-CAM and Grad-CAM++, [H, W] for occlusion, [3, H, W] for the others, in logits.</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>How the heat map for the eye was made from the raw attribution.</summary>
    public required string HeatMap { get; init; }

    /// <summary>Gini index of the attribution's magnitude: 0 evenly spread, towards 1 on few pixels. A description, not a quality.</summary>
    public required double Sparseness { get; init; }

    /// <summary>Grad-CAM and Grad-CAM++: the feature map that was weighted.</summary>
    public string? Layer { get; init; }

    /// <summary>Grad-CAM at the last feature map: sum of the raw cells plus the classifier's bias minus the score; zero but for rounding.</summary>
    public double? CamIdentityResidual { get; init; }

    /// <summary>Grad-CAM and Grad-CAM++: false when no place speaks for the class; the map is then all zero.</summary>
    public bool? HasPositiveEvidence { get; init; }

    /// <summary>Grad-CAM and Grad-CAM++: share of the feature map's cells that speak for the class.</summary>
    public double? PositiveShare { get; init; }

    /// <summary>Integrated Gradients: score of the baseline.</summary>
    public float? BaselineScore { get; init; }

    /// <summary>Integrated Gradients: nodes of the path that were taken in the end.</summary>
    public int? StepsTaken { get; init; }

    /// <summary>Integrated Gradients: sum of the attribution minus (score - baseline score).</summary>
    public double? CompletenessError { get; init; }

    /// <summary>Integrated Gradients: size of the completeness error relative to score - baseline score.</summary>
    public double? RelativeCompletenessError { get; init; }

    /// <summary>Integrated Gradients: whether the relative completeness error is within the tolerance asked for, or else 0.01.</summary>
    public bool? Complete { get; init; }

    /// <summary>SmoothGrad: standard deviation of the noise in units of the normalised input.</summary>
    public double? NoiseDeviation { get; init; }

    /// <summary>Occlusion: side and stride of the covering square in pixels.</summary>
    public int? WindowTaken { get; init; }

    /// <inheritdoc cref="WindowTaken"/>
    public int? StrideTaken { get; init; }

    /// <summary>How good the explanation is; absent unless asked for.</summary>
    public ExplanationQuality? Quality { get; init; }

    /// <summary>The method and its parameters as asked for.</summary>
    public required MethodParameters Parameters { get; init; }

    /// <summary>What it was computed from and with.</summary>
    public required ExplanationProvenance Provenance { get; init; }

    /// <summary>Seconds of computation, shared by what was computed together.</summary>
    public required double Seconds { get; init; }
}

/// <summary>What an explanation was computed from and with.</summary>
public sealed record ExplanationProvenance
{
    /// <summary>The target as asked for; absent, the predicted class.</summary>
    public ClassReference? Target { get; init; }

    /// <summary>The class it is set against, as asked for.</summary>
    public ClassReference? Against { get; init; }

    /// <summary>SHA-256 of the image's file.</summary>
    public required string ImageSha256 { get; init; }

    /// <summary>SHA-256 over the version's files.</summary>
    public required string ModelChecksum { get; init; }

    public required string Architecture { get; init; }

    /// <summary>Side of the network's input in pixels.</summary>
    public required int ImageSize { get; init; }

    /// <summary>How the image became square.</summary>
    public required string Resize { get; init; }

    public required IReadOnlyList<float> Mean { get; init; }

    public required IReadOnlyList<float> Std { get; init; }

    /// <summary>By which the logits were divided before the softmax; absent where the version has none.</summary>
    public double? Temperature { get; init; }

    /// <summary>Images that went through the network together; another number moves results by rounding.</summary>
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

    /// <summary>Address of this answer.</summary>
    public required string Url { get; init; }

    /// <summary>PNG at the network's input size; lay it over <see cref="InputUrl"/> at any opacity.</summary>
    public required string HeatmapUrl { get; init; }

    /// <summary>PNG: the heat map over the image at half opacity.</summary>
    public required string OverlayUrl { get; init; }

    /// <summary>PNG: blue speaks against the class, red for it. Absent where the method has no sign.</summary>
    public string? SignedUrl { get; init; }

    /// <summary>PNG: what the network saw.</summary>
    public required string InputUrl { get; init; }

    /// <summary>NumPy file: the attribution as the method defines it, float32.</summary>
    public required string AttributionUrl { get; init; }

    /// <summary>NumPy file: the weighted sum of channels before ReLU at the feature map's own size. Only of Grad-CAM and Grad-CAM++.</summary>
    public string? CellsUrl { get; init; }

    public required string RunId { get; init; }

    /// <summary>Folder of the files among the run's artifacts.</summary>
    public required string ArtifactPath { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Answer of <c>GET /api/explanations</c> at the Explainer.</summary>
public sealed record ExplanationAnswers(IReadOnlyList<ExplanationAnswer> Explanations);
