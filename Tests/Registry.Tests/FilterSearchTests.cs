using System.Globalization;
using System.Text.RegularExpressions;
using Linnaeus.Registry.Search;

namespace Linnaeus.Registry.Tests;

/// <summary>Random filters select the same runs in the database as a simple evaluation in memory.</summary>
public class FilterSearchTests(RegistryFixture registry)
{
    private const int Runs = 40;
    private static readonly string[] Keys = ["a", "b.c", "d e", "größe"];
    private static readonly string[] Texts = ["x", "X", "x%", "x_y", "xay", "[x]", "*", "it's", "日本", "", "x\"y", "back\\slash"];
    private static readonly string[] Patterns = ["x", "x%", "%Y", "x_y", "%", "_", "[%", "*", "日_", "%'%", "%\\%", "", "_%_"];
    private static readonly double[] Numbers = [-1.5, 0, 1, 2, double.NaN];

    private readonly MlflowWire _mlflow = new(registry.Http);

    private sealed record Sample(string Id, string Name, long Start, long? End, Dictionary<string, double> Metrics, Dictionary<string, string> Params,
        Dictionary<string, string> Tags);

    [Fact]
    public async Task Random_filters_select_the_same_runs_as_in_memory()
    {
        var random = new Random(17);
        var experiment = await _mlflow.NewExperimentAsync();
        var samples = new List<Sample>();
        for (var i = 0; i < Runs; i++) samples.Add(await NewSampleAsync(experiment, random));
        var some = 0;
        for (var i = 0; i < 250; i++)
        {
            var expression = Expression(random, 3);
            var filter = FilterText.Write(expression);
            var answer = await _mlflow.PostAsync("/runs/search", new { experiment_ids = new[] { experiment }, filter });
            var found = answer.List("runs").Select(r => r.GetProperty("info").Text("run_id")).Order(StringComparer.Ordinal).ToList();
            var expected = samples.Where(s => Holds(expression, s)).Select(s => s.Id).Order(StringComparer.Ordinal).ToList();
            Assert.True(expected.SequenceEqual(found), $"{filter}\nexpected {Names(expected)}\nfound    {Names(found)}");
            if (expected.Count is > 0 and < Runs) some++;
        }
        Assert.InRange(some, 100, 250);

        string Names(List<string> ids) => string.Join(' ', samples.Where(s => ids.Contains(s.Id)).Select(s => s.Name).Order(StringComparer.Ordinal));
    }

    private async Task<Sample> NewSampleAsync(string experiment, Random random)
    {
        var metrics = Keys.Where(_ => random.Next(3) > 0).ToDictionary(k => k, _ => Pick(random, Numbers));
        var parameters = Keys.Where(_ => random.Next(3) > 0).ToDictionary(k => k, _ => Pick(random, Texts));
        var tags = Keys.Where(_ => random.Next(3) > 0).ToDictionary(k => k, _ => Pick(random, Texts));
        var (name, start) = (Pick(random, Texts) + "-", random.Next(5));
        var id = (await _mlflow.PostAsync("/runs/create", new { experiment_id = experiment, run_name = name, start_time = start })).GetProperty("run")
            .GetProperty("info").Text("run_id");
        long? end = random.Next(2) == 0 ? null : random.Next(5);
        if (end is not null) await _mlflow.PostAsync("/runs/update", new { run_id = id, end_time = end });
        await _mlflow.PostAsync("/runs/log-batch", new
        {
            run_id = id,
            metrics = metrics.Select(m => new { key = m.Key, value = double.IsNaN(m.Value) ? (object)"NaN" : m.Value, timestamp = 1 }),
            @params = parameters.Select(p => new { key = p.Key, value = p.Value }),
            tags = tags.Select(t => new { key = t.Key, value = t.Value }),
        });
        return new Sample(id, name, start, end, metrics, parameters, tags);
    }

    private static T Pick<T>(Random random, T[] items) => items[random.Next(items.Length)];

    private static FilterExpression Expression(Random random, int depth) => (depth == 0 ? 3 : random.Next(4)) switch
    {
        0 => new AllOf([.. Enumerable.Range(0, random.Next(2, 4)).Select(_ => Expression(random, depth - 1))]),
        1 => new AnyOf([.. Enumerable.Range(0, random.Next(2, 4)).Select(_ => Expression(random, depth - 1))]),
        2 => new Negation(Expression(random, depth - 1)),
        _ => Leaf(random),
    };

    private static Comparison Leaf(Random random)
    {
        var (entity, key, numeric) = random.Next(5) switch
        {
            0 => (Pick(random, ["metrics", "metric"]), Pick(random, Keys), true),
            1 => (Pick(random, ["params", "parameter"]), Pick(random, Keys), false),
            2 => (Pick(random, ["tags", "tag"]), Pick(random, Keys), false),
            3 => (Pick(random, [null, "attributes"]), "run_name", false),
            _ => (Pick(random, [null, "attribute"]), Pick(random, ["start_time", "end_time"]), true),
        };
        Comparator[] comparators = numeric
            ? [Comparator.Equal, Comparator.NotEqual, Comparator.Less, Comparator.LessOrEqual, Comparator.Greater, Comparator.GreaterOrEqual,
                Comparator.IsNull, Comparator.IsNotNull]
            : [Comparator.Equal, Comparator.NotEqual, Comparator.Like, Comparator.ILike, Comparator.In, Comparator.NotIn, Comparator.IsNull,
                Comparator.IsNotNull];
        var comparator = Pick(random, comparators);
        if (comparator is Comparator.IsNull or Comparator.IsNotNull) return new Comparison(entity, key, comparator, null, [], 0);
        if (numeric) return new Comparison(entity, key, comparator, Pick(random, ["-1.5", "0", "1", "1.0", "2e0", "3"]), [], 0);
        return new Comparison(entity, key, comparator, null, comparator switch
        {
            Comparator.In or Comparator.NotIn => [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pick(random, Texts))],
            Comparator.Like or Comparator.ILike => [Pick(random, Patterns)],
            _ => [Pick(random, Texts)],
        }, 0);
    }

    /// <summary>A comparison with a missing value is false for every comparator; NaN only satisfies !=.</summary>
    private static bool Holds(FilterExpression expression, Sample run) => expression switch
    {
        AllOf all => all.Parts.All(p => Holds(p, run)),
        AnyOf any => any.Parts.Any(p => Holds(p, run)),
        Negation negation => !Holds(negation.Inner, run),
        Comparison c => c.Entity switch
        {
            "metrics" or "metric" => Numeric(c, run.Metrics.TryGetValue(c.Key, out var value) ? value : null),
            "params" or "parameter" => Textual(c, run.Params.GetValueOrDefault(c.Key)),
            "tags" or "tag" => Textual(c, run.Tags.GetValueOrDefault(c.Key)),
            _ => c.Key switch { "start_time" => Numeric(c, run.Start), "end_time" => Numeric(c, run.End), _ => Textual(c, run.Name) },
        },
        _ => throw new InvalidOperationException(),
    };

    private static bool Numeric(Comparison comparison, double? value)
    {
        if (comparison.Comparator == Comparator.IsNull) return value is null;
        if (comparison.Comparator == Comparator.IsNotNull) return value is not null;
        if (value is not { } left) return false;
        var right = double.Parse(comparison.Number!, CultureInfo.InvariantCulture);
        return comparison.Comparator switch
        {
            Comparator.Equal => left == right,
            Comparator.NotEqual => left != right,
            Comparator.Less => left < right,
            Comparator.LessOrEqual => left <= right,
            Comparator.Greater => left > right,
            _ => left >= right,
        };
    }

    private static bool Textual(Comparison comparison, string? value) => comparison.Comparator switch
    {
        Comparator.IsNull => value is null,
        _ when value is null => false,
        Comparator.IsNotNull => true,
        Comparator.Equal => value == comparison.Texts[0],
        Comparator.NotEqual => value != comparison.Texts[0],
        Comparator.In => comparison.Texts.Contains(value),
        Comparator.NotIn => !comparison.Texts.Contains(value),
        Comparator.Like => Like(value, comparison.Texts[0], RegexOptions.None),
        _ => Like(value, comparison.Texts[0], RegexOptions.IgnoreCase),
    };

    private static bool Like(string value, string pattern, RegexOptions options) => Regex.IsMatch(value,
        $"\\A{string.Concat(pattern.Select(c => c switch { '%' => ".*", '_' => ".", _ => Regex.Escape(c.ToString()) }))}\\z",
        options | RegexOptions.Singleline | RegexOptions.CultureInvariant);
}
