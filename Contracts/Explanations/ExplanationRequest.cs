namespace Linnaeus.Contracts;

/// <summary>
/// <c>POST /api/explanations</c> at the Explainer: explains a version's prediction for an image. Repeating a request on the same version
/// returns the stored result. Parameters of other methods are ignored.
/// </summary>
public sealed record ExplanationRequest : MethodParameters
{
    /// <summary><c>models:/name/3</c> or <c>models:/name@alias</c>. Required.</summary>
    public string Model { get; init; } = "";

    /// <summary>
    /// JPEG, PNG or WebP as base64 or as a base64 <c>data:</c> URI, or the address of an artifact, e.g.
    /// <c>runs:/RUN_ID/samples/003.png</c>. Required.
    /// </summary>
    public string Image { get; init; } = "";

    /// <summary>The class to explain; absent, the predicted one.</summary>
    public ClassReference? Target { get; init; }

    /// <summary>Contrast class: explains the difference between the logits of <see cref="Target"/> and this class.</summary>
    public ClassReference? Against { get; init; }

    /// <summary>Also evaluates faithfulness (<see cref="ExplanationQuality"/>): about 180 forward passes and 5 more explanations.</summary>
    public bool Quality { get; init; }
}

/// <summary>A method and its parameters; absent parameters do not apply or have their default.</summary>
public record MethodParameters
{
    /// <summary>Required.</summary>
    public ExplanationMethod Method { get; init; }

    /// <summary>
    /// Grad-CAM and Grad-CAM++: the feature map by its name in the state dict, e.g. <c>features.6</c>; absent, the last one.
    /// </summary>
    public string? Layer { get; init; }

    /// <summary>Integrated Gradients: quadrature nodes, 2 to 1000; absent, 50.</summary>
    public int? Steps { get; init; }

    /// <summary>Integrated Gradients; absent, <see cref="QuadratureRule.GaussLegendre"/>.</summary>
    public QuadratureRule? Quadrature { get; init; }

    /// <summary>
    /// Integrated Gradients: start of the path; absent, <see cref="Contracts.Baseline.Black"/>. Occlusion: fill of a patch; absent,
    /// <see cref="Contracts.Baseline.Mean"/>.
    /// </summary>
    public Baseline? Baseline { get; init; }

    /// <summary>Integrated Gradients from <c>noise</c>: draws to average, 1 to 50; absent, 5.</summary>
    public int? BaselineDraws { get; init; }

    /// <summary>
    /// Integrated Gradients: bound on the relative completeness error, above 0, at most 1. The nodes are doubled until the bound is met or
    /// there are 1000. Absent, exactly <see cref="Steps"/> nodes are used.
    /// </summary>
    public double? Tolerance { get; init; }

    /// <summary>SmoothGrad: noisy copies, 1 to 1000; absent, 25.</summary>
    public int? Samples { get; init; }

    /// <summary>SmoothGrad: standard deviation of the noise as a fraction of the input's range, above 0, at most 1; absent, 0.15.</summary>
    public double? NoiseLevel { get; init; }

    /// <summary>Occlusion: side of the patch in input pixels, 1 to 1024; absent, 1/7 of the input's side.</summary>
    public int? Window { get; init; }

    /// <summary>Occlusion: pixels between patches, 1 to <see cref="Window"/>; absent, half of that.</summary>
    public int? Stride { get; init; }

    /// <summary>Random seed, from 0; absent, 0.</summary>
    public long? Seed { get; init; }
}
