using System.Diagnostics;
using System.Text.Json;
using Linnaeus.Registry.Comparisons;
using Linnaeus.Registry.Evaluations;
using Linnaeus.Registry.Models;

namespace Linnaeus.Registry.Tests;

/// <summary>Compares the statistics with values calculated by hand and by SciPy.</summary>
public sealed class ComparisonStatisticsTests
{
    private const string Python = "/usr/bin/python3";

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(0, 5, 0.0625)] // 2 / 2^5
    [InlineData(3, 3, 1)]
    [InlineData(2, 12, 212.0 / 16384)] // 2 (1 + 14 + 91) / 2^14
    [InlineData(12, 2, 212.0 / 16384)]
    public void McNemars_test_matches_the_formula(int lost, int gained, double expected) =>
        Assert.Equal(expected, McNemarTest.PValue(lost, gained), 1e-12);

    [Fact]
    public async Task McNemars_test_matches_SciPy()
    {
        int[][] counts = [[1, 2], [7, 20], [40, 61], [300, 340], [0, 1200], [3000, 3190], [5000, 5000]];
        var expected = await SciPyAsync("""
            from scipy.stats import binomtest
            result = [binomtest(b, b + c, 0.5).pvalue for b, c in given]
            """, counts);
        for (var i = 0; i < counts.Length; i++)
            Assert.InRange(McNemarTest.PValue(counts[i][0], counts[i][1]), expected[i] * (1 - 1e-9), expected[i] * (1 + 1e-9));
    }

    [Fact]
    public async Task Intervals_match_SciPys_within_sampling_error()
    {
        // Two versions over 500 images of 5 classes; primes other than 5 spread the errors over the classes.
        var first = Enumerable.Range(0, 500).Select(i => Image(i, i % 7 == 0, i % 13)).ToList();
        var second = Enumerable.Range(0, 500).Select(i => Image(i, i % 11 == 0, i % 17)).ToList();
        var pairs = PairedPredictions.Of(Evaluation(first), Evaluation(second), out _)!;
        var differences = new PairedBootstrap(pairs).Differences(1, CancellationToken.None);
        var expected = await SciPyAsync("""
            import numpy as np
            from scipy.stats import bootstrap
            label, first, second, loss1, loss2 = (np.array(column) for column in given)
            def f1(label, predicted):
                both = [(2 * np.sum((label == c) & (predicted == c)), np.sum(label == c) + np.sum(predicted == c)) for c in range(5)]
                return np.mean([right / seen for right, seen in both if seen])
            metrics = {
                "accuracy": lambda i: np.mean(second[i] == label[i]) - np.mean(first[i] == label[i]),
                "macro_f1": lambda i: f1(label[i], second[i]) - f1(label[i], first[i]),
                "loss": lambda i: np.mean(loss2[i]) - np.mean(loss1[i]),
            }
            result = []
            for metric in metrics.values():
                drawn = bootstrap((np.arange(len(label)),), metric, vectorized=False, n_resamples=2000, method="percentile", random_state=0)
                result += [float(metric(np.arange(len(label)))), drawn.confidence_interval.low, drawn.confidence_interval.high]
            """, new[] { first.Select(i => (double)i.Label), first.Select(i => (double)i.Predicted), second.Select(i => (double)i.Predicted),
                first.Select(i => i.Loss), second.Select(i => i.Loss) });
        Assert.Equal(["accuracy", "macro_f1", "loss"], differences.Select(d => d.Metric));
        for (var i = 0; i < differences.Count; i++)
        {
            var (d, width) = (differences[i], expected[(3 * i) + 2] - expected[(3 * i) + 1]);
            Assert.Equal(expected[3 * i], d.Difference, 1e-12);
            Assert.Equal(expected[(3 * i) + 1], d.Low, 0.08 * width);
            Assert.Equal(expected[(3 * i) + 2], d.High, 0.08 * width);
        }
    }

    private static TestedImage Image(int number, bool isWrong, int loss) =>
        new($"{number:000}", number % 5, (number + (isWrong ? 1 + (number % 3) : 0)) % 5, loss / 10.0);

    private static VersionEvaluation Evaluation(IEnumerable<TestedImage> images) => new()
    {
        Details = new VersionDetails("m", new ModelVersion()),
        Metrics = new Dictionary<string, double>(),
        Fingerprint = "data",
        Images = images.ToDictionary(image => image.Id),
    };

    [Fact]
    public void Quantiles_interpolate_like_NumPys()
    {
        double[] sorted = [1, 2, 4, 8];
        Assert.Equal([1, 2.5, 3, 8], new[] { 0, 0.4166666666666667, 0.5, 1 }.Select(q => Math.Round(PairedBootstrap.Quantile(sorted, q), 12)));
    }

    /// <summary>Runs <paramref name="script"/>, which stores its numbers in <c>result</c>.</summary>
    private static async Task<double[]> SciPyAsync(string script, object given)
    {
        var isInstalled = File.Exists(Python) && (await PythonAsync("import scipy.stats", null)).ExitCode == 0;
        Assert.SkipUnless(isInstalled, "SciPy is not installed (python3-scipy)");
        var (code, output) = await PythonAsync($"import json, sys\ngiven = json.load(sys.stdin)\n{script}\nprint(json.dumps(result))", given);
        Assert.Equal(0, code);
        return JsonSerializer.Deserialize<double[]>(output)!;
    }

    private static async Task<(int ExitCode, string Output)> PythonAsync(string script, object? given)
    {
        var start = new ProcessStartInfo(Python, ["-c", script]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(JsonSerializer.Serialize(given));
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}
