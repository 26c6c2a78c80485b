using System.ComponentModel.DataAnnotations;

namespace Linnaeus.Contracts;

/// <summary>The <c>spec</c> of a job of kind <c>explain</c>: explains several images with one registered version.</summary>
public sealed record ExplanationSpec
{
    /// <summary>Maximum number of images per job.</summary>
    public const int MostImages = 256;

    [Display(Name = "Model", Description = "models:/NAME/VERSION or models:/NAME@ALIAS", Prompt = "models:/flowers/1"), Required]
    public string Model { get; init; } = "";

    [Display(Name = "Methods", Description = "Explanation methods, with their default parameters"), Length(1, 5)]
    public IReadOnlyList<ExplanationMethod> Methods { get; init; } = [ExplanationMethod.GradCam, ExplanationMethod.IntegratedGradients];

    [Display(Name = "Images", Description = "Artifact URIs of the images", Prompt = "runs:/RUN_ID/samples/003.png"), Length(1, MostImages)]
    public IReadOnlyList<string> Images { get; init; } = [];

    [Display(Name = "Steps", Description = "Quadrature nodes of Integrated Gradients"), Range(2, 1000)]
    public int Steps { get; init; } = 50;
}
