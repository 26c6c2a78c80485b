using System.ComponentModel.DataAnnotations;

namespace Linnaeus.Contracts;

/// <summary>
/// The <c>spec</c> of a job of kind <c>diagnose</c>, and the body of <c>POST /api/explanations/batch</c> at the Explainer: error analysis
/// of a version on its dataset, and whether it attends to the object. The worker opens the dataset that the version was trained on and
/// checks its fingerprint.
/// </summary>
public sealed record DiagnosisSpec
{
    [Display(Name = "Model", Description = "models:/NAME/VERSION or models:/NAME@ALIAS", Prompt = "models:/flowers/1"), Required]
    public string Model { get; init; } = "";

    [Display(Name = "Method", Description = "Explanation method, with its default parameters")]
    public ExplanationMethod Method { get; init; } = ExplanationMethod.GradCam;

    [Display(Name = "Steps", Description = "Quadrature nodes of Integrated Gradients"), Range(2, 1000)]
    public int Steps { get; init; } = 50;

    [Display(Name = "Split")]
    public DatasetSplit Split { get; init; } = DatasetSplit.Test;

    [Display(Name = "Images", Description = "Image ids of the split; all if empty"), Length(1, 1000)]
    public IReadOnlyList<string>? Images { get; init; }

    [Display(Name = "Max errors", Description = "Only the wrong predictions with the highest loss; correct and wrong ones if empty"), Range(1, 1000)]
    public int? WorstErrors { get; init; }

    [Display(Name = "Focus threshold", Description = "Fraction of the positive attribution on the object from which the model counts as attending to it")]
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double FocusThreshold { get; init; } = 0.5;

    [Display(Name = "Sanity-check images", Description = "Images of the model randomization check; 0 for none"), Range(0, 64)]
    public int SanityImages { get; init; } = 8;

    [Display(Name = "Seed", Description = "Seed of the random weights"), Range(0L, long.MaxValue)]
    public long Seed { get; init; }
}
