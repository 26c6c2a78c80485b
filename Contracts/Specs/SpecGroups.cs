namespace Linnaeus.Contracts;

/// <summary>Sections of the Train form and of <c>docs/SPEC.md</c>.</summary>
public static class SpecGroups
{
    public const string Model = "Model";
    public const string Data = "Dataset";
    public const string Schedule = "Training schedule";
    public const string Augmentation = "Augmentation";
    public const string Optimizer = "Optimizer";
    public const string FineTuning = "Fine-tuning";
    public const string Evaluation = "Evaluation & hardware";
}
