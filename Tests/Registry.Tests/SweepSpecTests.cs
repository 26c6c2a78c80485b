using System.Globalization;
using System.Text.Json;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Jobs.Sweeps;

namespace Linnaeus.Registry.Tests;

/// <summary>Validation of a sweep's spec, and the runs it yields.</summary>
public sealed class SweepSpecTests(RegistryFixture registry)
{
    [Fact]
    public async Task One_response_reports_every_error_with_its_path()
    {
        var errors = await RefusedAsync("""
            {"search":"wide","max_runs":0,"metric":"loss","budget":3,"median_stopping":{"min_runs":0},
             "base":{"dataset":"folder:x","epochs":0},
             "parameters":{"lr":{"values":[1]},"model":{"values":["a","b"]},"epochs":{"values":[]},"seed":{"values":[1,1]},"optimizer":{"min":1,"max":2},
               "learning_rate":{"min":0,"max":1,"scale":"log"},"batch_size":{"min":1.5,"max":8},"dropout":{"min":0.5,"max":0.1},"momentum":{"values":[1],"min":2},"ema_decay":{}}}
            """);
        Assert.Equal(
            [
                "base.model", "budget", "max_runs", "median_stopping.min_runs", "metric", "parameters.batch_size.min", "parameters.dropout.max",
                "parameters.ema_decay.values", "parameters.epochs.values", "parameters.learning_rate.min", "parameters.lr", "parameters.model",
                "parameters.momentum.min", "parameters.optimizer.values", "parameters.seed.values", "search",
            ],
            errors.Keys.Select(path => path["$.spec.".Length..]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_run_is_validated_and_its_error_reported_at_the_swept_field_or_with_an_example()
    {
        var errors = await RefusedAsync("""
            {"base":{"model":"m","dataset":"synthetic-flowers","epochs":4,"warmup_epochs":3,"weight_decay":7},
             "parameters":{"frozen_epochs":{"values":[0,2]},"learning_rate":{"values":[0.1,2,-1]},"weights":{"values":["none","models:/nobody/1"]}}}
            """);
        Assert.Equal(
            ["base.warmup_epochs", "base.weight_decay", "parameters.learning_rate", "parameters.weights"],
            errors.Keys.Select(path => path["$.spec.".Length..]).Order(StringComparer.Ordinal));
        Assert.Equal(2, errors["$.spec.parameters.learning_rate"].Length);
        Assert.Contains("got 2", errors["$.spec.parameters.learning_rate"][0], StringComparison.Ordinal);
        Assert.EndsWith("Example: frozen_epochs 2, learning_rate 0.1, weights \"none\".", Assert.Single(errors["$.spec.base.warmup_epochs"]), StringComparison.Ordinal);
        Assert.EndsWith("got 7.", Assert.Single(errors["$.spec.base.weight_decay"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"max_runs":3,"parameters":{"seed":{"values":[1,2]},"epochs":{"values":[1,2]}}}""", "max_runs", "the grid has 4 combinations")]
    [InlineData("""{"search":"random","max_runs":5,"parameters":{"seed":{"min":1,"max":4}}}""", "max_runs", "must be at most 4")]
    [InlineData("""{"parameters":{"seed":{"min":1,"max":4}}}""", "parameters.seed.values", "required for the search \"grid\"")]
    [InlineData("""{"parameters":{}}""", "parameters", "1 to 20 swept fields")]
    [InlineData("""{"base":{"model":"m","dataset":"synthetic-flowers","seed":1,"seed":2},"parameters":{"seed":{"values":[3]}}}""", "base.seed", "is a duplicate field")]
    [InlineData("""{"base":{"model":"m","dataset":"synthetic-flowers","validation_fraction":0,"synthetic":{"val_per_class":0}},"parameters":{"seed":{"values":[3]}}}""",
        "metric", "needs validation images")]
    public async Task An_invalid_search_space_is_rejected(string spec, string path, string expected)
    {
        const string complete = """{"base":{"model":"m","dataset":"synthetic-flowers"},""";
        var errors = await RefusedAsync(spec.StartsWith("""{"base""", StringComparison.Ordinal) ? spec : complete + spec[1..]);
        var only = Assert.Single(errors);
        Assert.Equal($"$.spec.{path}", only.Key);
        Assert.Contains(expected, Assert.Single(only.Value), StringComparison.Ordinal);
    }

    [Fact]
    public void Random_draws_are_reproducible_distinct_and_distributed_as_specified()
    {
        var space = new SearchSpace(new Dictionary<string, SweepParameter>
        {
            ["learning_rate"] = new() { Min = 1e-4, Max = 1, Scale = ParameterScale.Log },
            ["dropout"] = new() { Min = 0.2, Max = 0.4 },
            ["epochs"] = new() { Min = 1, Max = 4 },
            ["batch_size"] = new() { Min = 1, Max = 1023, Scale = ParameterScale.Log },
        });
        var points = space.Draw(256, seed: 5);
        var texts = points.Select(point => JsonSerializer.Serialize(point)).ToArray();
        Assert.Equal(texts, space.Draw(256, seed: 5).Select(point => JsonSerializer.Serialize(point)));
        Assert.NotEqual(texts, space.Draw(256, seed: 6).Select(point => JsonSerializer.Serialize(point)));
        Assert.Equal(256, texts.Distinct().Count());

        // Each of the four decades gets a quarter of the draws; 256 draws stay within 4 standard deviations (28 of 64).
        Assert.All(Shares(point => Math.Floor(Math.Log10(point["learning_rate"].GetDouble()))), share => Assert.InRange(share, 36, 92));
        Assert.All(Shares(point => point["epochs"].GetInt64()), share => Assert.InRange(share, 36, 92));
        Assert.Equal(4, Shares(point => point["epochs"].GetInt64()).Length);
        Assert.InRange(points.Count(point => point["batch_size"].GetInt64() < 32), 96, 160); // half of ten doublings
        Assert.All(points, point => Assert.InRange(point["dropout"].GetDouble(), 0.2, 0.4));
        Assert.InRange(points.Average(point => point["dropout"].GetDouble()), 0.285, 0.315);

        int[] Shares(Func<IReadOnlyDictionary<string, JsonElement>, double> of) => [.. points.GroupBy(of).Select(group => group.Count())];
    }

    [Theory]
    [InlineData("0.1 0.2 0.3", null)] // the third other run has not reached epoch 3
    [InlineData("0.1 0.2", "after epoch 2: its best value is 0.2, the median of 3 other runs is 0.35")] // averages 0.5, 0.35 and 0.25
    [InlineData("0.35 0.1", null)] // as good as the median
    [InlineData("0.1", null)] // too early
    [InlineData("", null)]
    public void The_median_rule_compares_the_best_with_the_averages_of_the_others(string own, string? expected)
    {
        var rule = new MedianRule(new MedianStoppingOptions { MinEpochs = 2, MinRuns = 3 }, higherIsBetter: true);
        EpochValue[][] others = [Curve("0.4 0.6 0.9"), Curve("0.3 0.4 0.9"), Curve("0.2 0.3"), Curve("0.9")];
        Assert.Equal(expected, rule.Judge(Curve(own), others));
    }

    [Fact]
    public void For_a_loss_the_median_rule_is_reversed()
    {
        var rule = new MedianRule(new MedianStoppingOptions { MinEpochs = 1, MinRuns = 2 }, higherIsBetter: false);
        EpochValue[][] others = [Curve("1"), Curve("2")];
        Assert.NotNull(rule.Judge(Curve("1.6"), others));
        Assert.Null(rule.Judge(Curve("1.4"), others));
    }

    private static EpochValue[] Curve(string values) => [.. values.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select((value, i) => new EpochValue(i + 1, double.Parse(value, CultureInfo.InvariantCulture)))];

    private async Task<Dictionary<string, string[]>> RefusedAsync(string spec)
    {
        var client = new RegistryClient(registry.Http);
        var request = new JobRequest("sweep", JsonSerializer.Deserialize<JsonElement>(spec));
        var refused = await Assert.ThrowsAsync<Registry.Client.RegistryException>(() => client.Jobs.SubmitAsync(request));
        return refused.Errors.ToDictionary();
    }
}
