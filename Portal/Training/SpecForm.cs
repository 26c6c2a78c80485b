namespace Linnaeus.Portal.Training;

/// <summary>The Train form: every field of the training spec, in the order in which people decide.</summary>
public static class SpecForm
{
    private static readonly string[] Open = [SpecGroups.Model, SpecGroups.Schedule, SpecGroups.Augmentation];

    public static IReadOnlyList<SpecSection> Sections { get; } =
    [
        .. SpecFields.Of<TrainingSpec>().GroupBy(field => field.Group)
            .Select(group => new SpecSection(group.Key, [.. group.Select(field => new FormField(field))], Open.Contains(group.Key))),
    ];
}
