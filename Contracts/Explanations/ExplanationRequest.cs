namespace Linnaeus.Contracts;

/// <summary>
/// <c>POST /api/explanations</c> at the Explainer: why a version says of an image what it says. The same request on the same version returns the
/// stored result. Parameters of other methods than the one asked for are ignored.
/// </summary>
public sealed record ExplanationRequest : MethodParameters
{
    /// <summary><c>models:/name/3</c> or <c>models:/name@alias</c>. Required.</summary>
    public string Model { get; init; } = "";

    /// <summary>
    /// JPEG, PNG or WebP as base64 or as a base64 <c>data:</c> URI, or the address of an artifact, e.g. <c>runs:/RUN_ID/samples/003.png</c>. Required.
    /// </summary>
    public string Image { get; init; } = "";

    /// <summary>The class to explain; absent, the predicted one.</summary>
    public ClassReference? Target { get; init; }

    /// <summary>Explains why <see cref="Target"/> and not this class: the difference of their logits.</summary>
    public ClassReference? Against { get; init; }

    /// <summary>Measures the explanation's quality too (<see cref="ExplanationQuality"/>): some 180 forward passes and 5 more explanations.</summary>
    public bool Quality { get; init; }
}

/// <summary>A method and its parameters, each absent where the method has none of the kind or its default is meant.</summary>
public record MethodParameters
{
    /// <summary>Required.</summary>
    public ExplanationMethod Method { get; init; }

    /// <summary>Grad-CAM and Grad-CAM++: the feature map by its name in the state dict, e.g. <c>features.6</c>; absent, the last one.</summary>
    public string? Layer { get; init; }

    /// <summary>Integrated Gradients: nodes of the path, 2 to 1000; absent, 50.</summary>
    public int? Steps { get; init; }

    /// <summary>Integrated Gradients; absent, <see cref="QuadratureRule.GaussLegendre"/>.</summary>
    public QuadratureRule? Quadrature { get; init; }

    /// <summary>
    /// Integrated Gradients: where the path begins; absent, <see cref="Contracts.Baseline.Black"/>. Occlusion: what covers a patch; absent,
    /// <see cref="Contracts.Baseline.Mean"/>.
    /// </summary>
    public Baseline? Baseline { get; init; }

    /// <summary>Integrated Gradients from <c>noise</c>: draws that are averaged, 1 to 50; absent, 5.</summary>
    public int? BaselineDraws { get; init; }

    /// <summary>
    /// Integrated Gradients: bound of the relative completeness error, above 0, at most 1; the nodes are doubled until it is met or 1000 are reached. Absent,
    /// <see cref="Steps"/> are taken as they are.
    /// </summary>
    public double? Tolerance { get; init; }

    /// <summary>SmoothGrad: noisy copies, 1 to 1000; absent, 25.</summary>
    public int? Samples { get; init; }

    /// <summary>SmoothGrad: standard deviation of the noise as a share of the range of the input's values, above 0, at most 1; absent, 0.15.</summary>
    public double? NoiseLevel { get; init; }

    /// <summary>Occlusion: side of the covering square in pixels of the network's input, 1 to 1024; absent, a seventh of the input's side.</summary>
    public int? Window { get; init; }

    /// <summary>Occlusion: pixels from one square to the next, 1 to <see cref="Window"/>; absent, half of that.</summary>
    public int? Stride { get; init; }

    /// <summary>Seed of everything drawn at random, from 0; absent, 0.</summary>
    public long? Seed { get; init; }
}
