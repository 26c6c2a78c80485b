namespace Linnaeus.Contracts;

/// <summary>
/// The <c>spec</c> of a job of kind <c>diagnose</c>, and the body of <c>POST /api/explanations/batch</c> at the Explainer: what a version looks at in its
/// dataset, and whether that is the subject. The worker opens the dataset that the version was trained on and checks its fingerprint.
/// </summary>
public sealed record DiagnosisSpec
{
    /// <summary><c>models:/name/3</c> or <c>models:/name@alias</c>. Required.</summary>
    public string Model { get; init; } = "";

    /// <summary>One of <see cref="ExplanationMethods"/>, with its default parameters.</summary>
    public string Method { get; init; } = ExplanationMethods.GradCam;

    /// <summary>Quadrature nodes of Integrated Gradients: 2 to 1000.</summary>
    public int Steps { get; init; } = 50;

    /// <summary><c>test</c>, <c>validation</c> or <c>train</c>.</summary>
    public string Split { get; init; } = "test";

    /// <summary>Only these images of the split, by their ids: 1 to 1000. Absent, all of it.</summary>
    public IReadOnlyList<string>? Images { get; init; }

    /// <summary>Only the wrong predictions with the highest loss: 1 to 1000 of them. Absent, right and wrong ones.</summary>
    public int? WorstErrors { get; init; }

    /// <summary>Share of the positive attribution from which the network is said to look at the subject: above 0, below 1.</summary>
    public double FocusThreshold { get; init; } = 0.5;

    /// <summary>Images of the check with random weights: 0 (none) to 64.</summary>
    public int SanityImages { get; init; } = 8;

    /// <summary>Seed of the random weights.</summary>
    public long Seed { get; init; }
}
