namespace Linnaeus.Contracts;

/// <summary>The <c>spec</c> of a job of kind <c>explain</c>: explanations of several images by one registered version.</summary>
public sealed record ExplanationSpec
{
    /// <summary><c>models:/name/3</c> or <c>models:/name@alias</c>. Required.</summary>
    public string Model { get; init; } = "";

    /// <summary>One or more of <see cref="ExplanationMethods"/>, with their default parameters.</summary>
    public IReadOnlyList<string> Methods { get; init; } = [ExplanationMethods.GradCam, ExplanationMethods.IntegratedGradients];

    /// <summary>Artifact URIs of the images, e.g. <c>runs:/RUN_ID/samples/003.png</c>: 1 to 256.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <summary>Quadrature nodes of Integrated Gradients: 2 to 1000.</summary>
    public int Steps { get; init; } = 50;
}
