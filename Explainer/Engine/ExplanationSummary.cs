using System.Text.Json.Serialization;

namespace Linnaeus.Explainer.Engine;

/// <summary>A class with its probability.</summary>
public sealed record ClassScore([property: JsonPropertyName("class")] string Name, int Index, double Probability);

/// <summary>Everything measured, and everything needed to compute it again.</summary>
public sealed record ExplanationSummary
{
    public required string PredictedClass { get; init; }

    public required int PredictedIndex { get; init; }

    /// <summary>Softmax probability of the predicted class.</summary>
    public required double Probability { get; init; }

    /// <summary>The five most probable classes, most probable first.</summary>
    public required IReadOnlyList<ClassScore> Top5 { get; init; }

    /// <summary>Probabilities of all classes by name, in the order of the network's outputs.</summary>
    public required IReadOnlyDictionary<string, double> Probabilities { get; init; }

    /// <summary>The class that is explained.</summary>
    public required string TargetClass { get; init; }

    public required int TargetIndex { get; init; }

    /// <summary>Logit of the target: what is explained.</summary>
    public required float Logit { get; init; }

    /// <summary>Shape of the raw attribution: [H, W] for Grad-CAM, [3, H, W] for Integrated Gradients.</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>Grad-CAM: sum of the raw map plus the head's bias minus the logit; zero but for rounding.</summary>
    public double? CamIdentityResidual { get; init; }

    /// <summary>Grad-CAM: false when no place speaks for the class; the map is then all zero.</summary>
    public bool? HasPositiveEvidence { get; init; }

    /// <summary>Grad-CAM: share of the feature map's cells that speak for the class.</summary>
    public double? PositiveShare { get; init; }

    /// <summary>Integrated Gradients: logit of the baseline.</summary>
    public float? BaselineLogit { get; init; }

    /// <summary>Integrated Gradients: sum of the attribution minus (logit - baseline logit).</summary>
    public double? CompletenessError { get; init; }

    /// <summary>Integrated Gradients: the completeness error's size relative to the difference of logits. Above 0.01 take more steps.</summary>
    public double? RelativeCompletenessError { get; init; }

    public required ExplanationParameters Parameters { get; init; }

    /// <summary>Seconds of computation.</summary>
    public required double Seconds { get; init; }
}

/// <summary>What an explanation was computed with.</summary>
public sealed record ExplanationParameters
{
    public required string Method { get; init; }

    /// <summary>The target as asked for: null, an index or a name.</summary>
    public object? Target { get; init; }

    /// <summary>Integrated Gradients: quadrature nodes.</summary>
    public int? Steps { get; init; }

    /// <summary>Integrated Gradients: <c>black</c> or <c>mean</c>.</summary>
    public string? Baseline { get; init; }

    /// <summary>Integrated Gradients: the rule of integration.</summary>
    public string? Quadrature { get; init; }

    /// <summary>Grad-CAM: the feature map that is weighted.</summary>
    public string? Layer { get; init; }

    /// <summary>How the heat map for the eye was made from the raw attribution.</summary>
    public required string HeatMap { get; init; }

    public required string Architecture { get; init; }

    /// <summary>Side of the network's input in pixels.</summary>
    public required int ImageSize { get; init; }

    /// <summary>How the picture became square.</summary>
    public required string Resize { get; init; }

    public required IReadOnlyList<float> Mean { get; init; }

    public required IReadOnlyList<float> Std { get; init; }

    /// <summary>SHA-256 of the picture's file.</summary>
    public required string ImageSha256 { get; init; }

    /// <summary>SHA-256 over the version's files.</summary>
    public required string ModelChecksum { get; init; }
}
