namespace Linnaeus.Registry.Jobs.Sweeps;

/// <summary>
/// The training spec's fields that a sweep can vary, by path, e.g. <c>learning_rate</c> and <c>early_stopping.patience</c>.
/// </summary>
internal static class SweepFields
{
    private static readonly string[] Fixed = ["name", "experiment", "model"];

    private static readonly SortedDictionary<string, SpecField> Fields = new(
        SpecFields.Of<TrainingSpec>().Where(field => !Fixed.Contains(field.Path)).ToDictionary(field => field.Path), StringComparer.Ordinal);

    public static IReadOnlyCollection<string> Names => Fields.Keys;

    public static bool IsNumber(string field) => Fields[field].Kind is SpecFieldKind.Number or SpecFieldKind.Integer;

    public static bool IsWholeNumber(string field) => Fields[field].Kind == SpecFieldKind.Integer;
}
