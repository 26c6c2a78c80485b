using System.Text.Json;
using System.Text.Json.Nodes;
using Linnaeus.Registry.Jobs.Sweeps;

namespace Linnaeus.Registry.Jobs.Specs;

/// <summary>A sweep and its runs.</summary>
public sealed record CheckedSweep(SweepSpec Spec, IReadOnlyList<SweepTraining> Trainings);

/// <summary>One run of a sweep.</summary>
/// <param name="Point">Values of the swept fields.</param>
/// <param name="Spec">The full training spec.</param>
public sealed record SweepTraining(IReadOnlyDictionary<string, JsonElement> Point, TrainingSpec Spec);

/// <summary>Reads and validates a <see cref="SweepSpec"/> and every run of it.</summary>
internal static class SweepSpecReader
{
    private const int MostParameters = 20, MostValues = 256, MostMessagesAPath = 5;
    private static readonly JsonDocumentOptions NoDuplicates = new() { AllowDuplicateProperties = false };

    public static CheckedSweep Read(SpecReader json, Faults faults)
    {
        var training = json.Raw("base");
        var own = new Faults();
        var spec = json.Read<SweepSpec>("base", "parameters") with { Parameters = ReadParameters(json, own) };
        if (!faults.Has(json.PathOf("search")))
            CheckSearch(spec, json, own);
        var points = own.Any || faults.Has(json.PathOf("search")) || faults.Has(json.PathOf("max_runs")) ? [] : Points(spec, json, own);
        faults.Add(own);

        var inBase = new Faults();
        var alone = TrainingSpecReader.Read(new SpecReader(training, json.PathOf("base"), inBase), inBase);
        var common = Parse(training);
        // Without points, only the base is validated, except for the swept fields.
        if (common is null || points.Count == 0)
            faults.Add(inBase, path => common is null || ParameterAt(spec, path, json) is null);
        var trainings = common is null ? [] : ReadTrainings(spec, common, points, json, faults);
        if (trainings.Any(training => TrainingSpecReader.HasNoValidation(training.Spec)) && !faults.Has(json.PathOf("metric")))
            faults.Add(json.PathOf("metric"), "needs validation images, but val_per_class and validation_fraction are 0.");
        return new CheckedSweep(spec with { Base = alone }, trainings);
    }

    private static Dictionary<string, SweepParameter> ReadParameters(SpecReader json, Faults faults)
    {
        var (parameters, path) = (new Dictionary<string, SweepParameter>(StringComparer.Ordinal), json.PathOf("parameters"));
        var raw = json.Raw("parameters");
        var count = raw.ValueKind == JsonValueKind.Object ? raw.EnumerateObject().Count() : 0;
        if (count is 0 or > MostParameters)
        {
            faults.Add(path, $"must be an object with 1 to {MostParameters} swept fields, e.g. {{\"learning_rate\": {{\"values\": [0.001, 0.01]}}}}.");
            return parameters;
        }

        foreach (var field in raw.EnumerateObject())
        {
            if (!SweepFields.Names.Contains(field.Name))
                faults.Add($"{path}.{field.Name}", $"cannot be swept. Choose from {string.Join(", ", SweepFields.Names)}.");
            else if (!parameters.TryAdd(field.Name, ReadParameter(new SpecReader(field.Value, $"{path}.{field.Name}", faults), field.Name, faults)))
                faults.Add($"{path}.{field.Name}", "is a duplicate field.");
        }

        return parameters;
    }

    private static SweepParameter ReadParameter(SpecReader json, string field, Faults faults)
    {
        var (anyNumber, raw) = (Interval.Any, json.Raw("values"));
        var parameter = new SweepParameter
        {
            Values = raw.ValueKind == JsonValueKind.Array ? [.. raw.EnumerateArray().Select(value => value.Clone())] : null,
            Min = json.Has("min") ? json.Real("min", 0, anyNumber) : NotGiven<double?>(json, "min"),
            Max = json.Has("max") ? json.Real("max", 0, anyNumber) : NotGiven<double?>(json, "max"),
            Scale = json.Has("scale") ? json.Choice("scale", ParameterScale.Linear) : NotGiven<ParameterScale?>(json, "scale"),
        };
        json.RejectUnknown();
        if (json.Has("values"))
            CheckValues(parameter, json, faults);
        else
            CheckRange(parameter, field, json, faults);
        return parameter;
    }

    private static void CheckValues(SweepParameter parameter, SpecReader json, Faults faults)
    {
        if (parameter.Values is not { Count: > 0 and <= MostValues } values)
            faults.Add(json.PathOf("values"), $"must be a list of 1 to {MostValues} values.");
        else if (values.DistinctBy(value => value.GetRawText(), StringComparer.Ordinal).Count() < values.Count)
            faults.Add(json.PathOf("values"), "must not contain duplicates.");
        foreach (var name in new[] { "min", "max", "scale" }.Where(json.Has))
            faults.Add(json.PathOf(name), "cannot be combined with values. Use either a list or a range.");
    }

    private static void CheckRange(SweepParameter parameter, string field, SpecReader json, Faults faults)
    {
        if (parameter.Min is not { } min || parameter.Max is not { } max)
            faults.Add(json.PathOf("values"), "is required unless min and max give a range.");
        else if (!SweepFields.IsNumber(field))
            faults.Add(json.PathOf("values"), $"is required: {field} is not a number, so it has no range.");
        else if (!(min < max))
            faults.Add(json.PathOf("max"), $"must be greater than min ({min}).");
        else if (parameter.Scale == ParameterScale.Log && min <= 0)
            faults.Add(json.PathOf("min"), $"must be above 0 for the scale \"log\", got {min}.");
        else if (SweepFields.IsWholeNumber(field) && (min != Math.Floor(min) || max != Math.Floor(max) || Math.Abs(min) > int.MaxValue || max > int.MaxValue))
            faults.Add(json.PathOf("min"), $"and max must be integers up to {int.MaxValue}, like {field}.");
    }

    private static void CheckSearch(SweepSpec spec, SpecReader json, Faults faults)
    {
        foreach (var (name, parameter) in spec.Parameters)
            if (spec.Search == SweepSearch.Grid && parameter.Values is null && parameter.Min is not null)
                faults.Add($"{json.PathOf("parameters")}.{name}.values", "is required for the search \"grid\". A range needs \"random\".");
    }

    private static IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> Points(SweepSpec spec, SpecReader json, Faults faults)
    {
        var space = new SearchSpace(spec.Parameters);
        if (spec.Search == SweepSearch.Grid && space.GridSize > spec.MaxRuns)
        {
            faults.Add(json.PathOf("max_runs"), spec.MaxRuns < SweepSpec.MostRuns
                ? $"is {spec.MaxRuns}, but the grid has {space.GridSize} combinations. Raise it (up to {SweepSpec.MostRuns}), use fewer values, or use the search \"random\"."
                : $"must be at most {SweepSpec.MostRuns}, but the grid has {space.GridSize} combinations. Use fewer values or the search \"random\".");
            return [];
        }

        if (spec.Search == SweepSearch.Grid)
            return [.. space.Grid()];
        var points = space.Draw(spec.MaxRuns, spec.Seed);
        if (points.Count < spec.MaxRuns)
            faults.Add(json.PathOf("max_runs"), $"must be at most {points.Count}, the number of different runs, got {spec.MaxRuns}. Lower it or use more values.");
        return points;
    }

    /// <summary>Reads every run. An error of several runs is reported once, at the swept field that causes it if there is one.</summary>
    private static List<SweepTraining> ReadTrainings(
        SweepSpec spec, JsonObject common, IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> points, SpecReader json, Faults faults)
    {
        var (trainings, found) = (new List<SweepTraining>(), new List<(string Path, string Message, IReadOnlyDictionary<string, JsonElement> Point)>());
        foreach (var point in points)
        {
            var own = new Faults();
            using var document = JsonDocument.Parse(SearchSpace.Apply(common, point).ToJsonString());
            trainings.Add(new SweepTraining(point, TrainingSpecReader.Read(new SpecReader(document.RootElement, json.PathOf("base"), own), own)));
            found.AddRange(own.ByPath.SelectMany(fault => fault.Value.Select(message => (fault.Key, message, point))));
        }

        foreach (var fault in found.GroupBy(f => (f.Path, f.Message)).GroupBy(f => f.Key.Path).SelectMany(path => path.Take(MostMessagesAPath)))
        {
            var isParameter = ParameterAt(spec, fault.Key.Path, json) is not null;
            var cause = isParameter || fault.Count() == points.Count ? "" : $" Example: {Describe(fault.First().Point)}.";
            faults.Add(PathFor(spec, fault.Key.Path, json), fault.Key.Message + cause);
        }

        return trainings;
    }

    /// <summary>The path of a run's error: the swept field, if its field is one.</summary>
    private static string PathFor(SweepSpec spec, string path, SpecReader json) =>
        ParameterAt(spec, path, json) is { } parameter ? $"{json.PathOf("parameters")}.{parameter}" : path;

    private static string? ParameterAt(SweepSpec spec, string path, SpecReader json) =>
        spec.Parameters.Keys.FirstOrDefault(name => path == $"{json.PathOf("base")}.{name}");

    private static string Describe(IReadOnlyDictionary<string, JsonElement> point) =>
        string.Join(", ", point.Select(value => $"{value.Key} {value.Value.GetRawText()}"));

    /// <summary>Null for anything but an object with distinct fields; reading it on its own reports the error.</summary>
    private static JsonObject? Parse(JsonElement training)
    {
        try
        {
            return training.ValueKind == JsonValueKind.Object ? JsonNode.Parse(training.GetRawText(), null, NoDuplicates)!.AsObject() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Returns null and marks the field as known.</summary>
    private static T? NotGiven<T>(SpecReader json, string name)
    {
        json.Raw(name);
        return default;
    }
}
