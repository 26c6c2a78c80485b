using System.Text.Json;

namespace Linnaeus.Registry.Jobs.Sweeps;

/// <summary>The fields of a training that a sweep can vary, by their names in JSON, e.g. <c>learning_rate</c> and <c>early_stopping.patience</c>.</summary>
internal static class SweepFields
{
    private static readonly string[] Fixed = ["name", "experiment", "model"];

    private static readonly SortedDictionary<string, Type> Types = new(
        Of(typeof(TrainingSpec), "").Where(field => !Fixed.Contains(field.Key)).ToDictionary(), StringComparer.Ordinal);

    public static IReadOnlyCollection<string> Names => Types.Keys;

    public static bool IsNumber(string field) => Types[field] == typeof(double) || IsWholeNumber(field);

    public static bool IsWholeNumber(string field) => Types[field] == typeof(int) || Types[field] == typeof(long);

    private static IEnumerable<KeyValuePair<string, Type>> Of(Type type, string prefix) => type.GetProperties().SelectMany(property =>
    {
        var name = prefix + JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
        var valueType = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return valueType.Assembly == typeof(TrainingSpec).Assembly ? Of(valueType, name + ".") : [new(name, valueType)];
    });
}
