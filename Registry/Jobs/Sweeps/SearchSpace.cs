using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Linnaeus.Registry.Jobs.Sweeps;

/// <summary>The search space of a sweep. A point has a value for each swept field, by the field's name.</summary>
public sealed class SearchSpace(IReadOnlyDictionary<string, SweepParameter> parameters)
{
    /// <summary>Maximum consecutive draws without a new point.</summary>
    private const int MostRepeats = 10_000;

    /// <summary>Number of combinations of all values; not exact if huge.</summary>
    public double GridSize => parameters.Values.Aggregate(1.0, (size, parameter) => size * parameter.Values!.Count);

    /// <summary>Every combination of the values; the last field changes first.</summary>
    public IEnumerable<IReadOnlyDictionary<string, JsonElement>> Grid()
    {
        IEnumerable<Dictionary<string, JsonElement>> points = [[]];
        foreach (var (name, parameter) in parameters)
            points = points.SelectMany(point => parameter.Values!.Select(value => new Dictionary<string, JsonElement>(point) { [name] = value }));
        return points;
    }

    /// <summary>Draws distinct points, reproducible by seed; fewer where there are no more.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> Draw(int count, long seed)
    {
        var random = new Random(unchecked((int)(seed ^ (seed >> 32))));
        var (points, seen, repeats) = (new List<IReadOnlyDictionary<string, JsonElement>>(), new HashSet<string>(StringComparer.Ordinal), 0);
        while (points.Count < count && repeats < MostRepeats)
        {
            var point = parameters.ToDictionary(parameter => parameter.Key, parameter => Draw(parameter.Key, parameter.Value, random));
            if (seen.Add(JsonSerializer.Serialize(point)))
                (points, repeats) = ([.. points, point], 0);
            else
                repeats++;
        }

        return points;
    }

    /// <summary>Inserts the values of a point into a training spec.</summary>
    public static JsonObject Apply(JsonObject training, IReadOnlyDictionary<string, JsonElement> point)
    {
        var applied = training.DeepClone().AsObject();
        foreach (var (name, value) in point)
        {
            var (parent, field) = (applied, name);
            if (name.Split('.') is [var outer, var inner])
            {
                if (applied[outer] is not JsonObject)
                    applied[outer] = new JsonObject();
                (parent, field) = (applied[outer]!.AsObject(), inner);
            }

            parent[field] = JsonNode.Parse(value.GetRawText());
        }

        return applied;
    }

    private static JsonElement Draw(string name, SweepParameter parameter, Random random)
    {
        if (parameter.Values is { } values)
            return values[random.Next(values.Count)];
        var (min, max, isWhole) = (parameter.Min!.Value, parameter.Max!.Value, SweepFields.IsWholeNumber(name));
        // The highest integer is as likely as the others.
        var (low, high) = parameter.Scale == ParameterScale.Log ? (Math.Log(min), Math.Log(isWhole ? max + 1 : max)) : (min, isWhole ? max + 1 : max);
        var drawn = low + (random.NextDouble() * (high - low));
        var number = parameter.Scale == ParameterScale.Log ? Math.Exp(drawn) : drawn;
        return isWhole
            ? JsonSerializer.SerializeToElement((long)Math.Clamp(Math.Floor(number), min, max))
            : JsonSerializer.SerializeToElement(Math.Clamp(Rounded(number), min, max));
    }

    /// <summary>Rounds to four significant digits, for readability.</summary>
    private static double Rounded(double number) =>
        double.Parse(number.ToString("E3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
