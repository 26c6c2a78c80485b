using System.Net;
using System.Text.Json;
using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Comparisons;

namespace Linnaeus.Registry.Tests;

/// <summary>Comparison of versions.</summary>
public class ComparisonTests(RegistryFixture registry)
{
    private const int Images = 60;

    private readonly RegistryClient _client = new(registry.Http);

    private static string NewName() => $"compared-{Guid.NewGuid():N}";

    /// <summary>Version 1 is wrong on images 0 to 5, version 2 on images 3 to 6.</summary>
    private async Task<string> TwoVersionsAsync()
    {
        var name = NewName();
        await EvaluatedVersion.RegisterAsync(registry.Http, name, EvaluatedVersion.Predictions(Images, i => i < 6), "data", ("test_ece", 0.02));
        await EvaluatedVersion.RegisterAsync(registry.Http, name, EvaluatedVersion.Predictions(Images, i => i is >= 3 and < 7));
        return name;
    }

    [Fact]
    public async Task Versions_with_the_same_test_data_are_compared_per_image()
    {
        var name = await TwoVersionsAsync();
        var comparison = await _client.Comparison.CompareAsync(name, ["1", "2"], seed: 7);
        Assert.Equal([(name, "1", Images), (name, "2", Images)], comparison.Versions.Select(v => (v.Model, v.Version, v.TestImages)));
        Assert.Equal([0.02, null], comparison.Metrics.Single(m => m.Name == "test_ece").Values);

        var pair = Assert.Single(comparison.Pairs);
        Assert.Equal(($"{name}/1", $"{name}/2", null), (pair.First, pair.Second, pair.Refusal));
        var statistics = pair.Statistics!;
        Assert.Equal((Images, 3, 1, 0.625), (statistics.Images, statistics.Gained, statistics.Lost, statistics.McnemarP));
        Assert.Equal(["0006.png", "0000.png", "0001.png", "0002.png"], statistics.Changes.Select(c => c.Image));
        Assert.Equal(new VerdictChange("0006.png", "daisy", "daisy", "rose", false), statistics.Changes[0]);
        // Images 0, 3 and 6 are daisies: 0 gained, 6 lost; one rose and one tulip are gained.
        Assert.Equal([new ClassChange("rose", 20, 18, 19, 1, 0), new("tulip", 20, 18, 19, 1, 0), new("daisy", 20, 18, 18, 1, 1)], statistics.Classes);

        var differences = statistics.Differences.ToDictionary(d => d.Metric);
        Assert.Equal(["accuracy", "top5_accuracy", "macro_f1", "loss"], statistics.Differences.Select(d => d.Metric));
        var accuracy = differences["accuracy"];
        Assert.Equal((54 / 60.0, 56 / 60.0), (accuracy.First, accuracy.Second));
        Assert.Equal(2 / 60.0, accuracy.Difference, 1e-12);
        // Near the normal interval: 2/60 +- 1.96 sqrt((4 - 4/60) / 60^2).
        Assert.InRange(accuracy.Low, -0.045, -0.02);
        Assert.InRange(accuracy.High, 0.08, 0.11);
        Assert.Equal(-2 / 60.0 * 1.9, differences["loss"].Difference, 1e-12);

        var again = await _client.Comparison.CompareAsync(name, ["1", "2"], seed: 7);
        Assert.Equal(statistics.Differences, again.Pairs[0].Statistics!.Differences);
    }

    [Fact]
    public async Task Paired_metrics_need_the_same_test_data_and_the_rest_is_compared()
    {
        var (name, other) = (await TwoVersionsAsync(), NewName());
        await EvaluatedVersion.RegisterAsync(registry.Http, other, EvaluatedVersion.Predictions(Images, _ => false), "other data");
        await EvaluatedVersion.RegisterAsync(registry.Http, other, EvaluatedVersion.Predictions(Images, _ => false));
        var unevaluated = await UploadedFolder.MakeAsync(registry.Http);
        await unevaluated.RegisterAsync(registry.Http, other);

        var comparison = await _client.Comparison.CompareAsync(name, ["1", $"{other}/1", $"{other}/2", $"{other}/3"]);
        Assert.Contains("tested on different data", comparison.Pairs[0].Refusal, StringComparison.Ordinal);
        Assert.Null(comparison.Pairs[0].Statistics);
        Assert.Equal(6, comparison.Pairs[1].Statistics!.Gained);
        Assert.Contains("logged no predictions", comparison.Pairs[2].Refusal, StringComparison.Ordinal);
        var accuracies = comparison.Metrics.Single(m => m.Name == "test_accuracy").Values;
        Assert.Equal([0.9, 1, 1, null], accuracies.Select(v => v is { } x ? Math.Round(x, 9) : (double?)null));
    }

    [Fact]
    public async Task Calibration_robustness_and_explanations_of_the_same_image_are_shown()
    {
        var name = await TwoVersionsAsync();
        foreach (var version in new[] { "1", "2" })
        {
            var info = await _client.ModelVersions.GetAsync(ModelUri.Parse($"models:/{name}/{version}"));
            var folder = await FolderAsync(info.RunId);
            await EvaluatedVersion.PutAsync(registry.Http, folder, "calibration.json", new { plain = new { ece = 0.1 } });
            await PutRobustnessAsync(folder, version == "1" ? 0.5 : 0.25);
            foreach (var (image, target) in new[] { ("aa", "rose"), ("aa", null), (version, "tulip"), ("bb", version) })
            {
                var id = Guid.NewGuid().ToString("N");
                var summary = JsonSerializer.SerializeToElement(new { target_class = version, provenance = new { image_sha256 = image, target } });
                await _client.Explanations.PutAsync(new ExplanationRecord
                {
                    Id = id,
                    Model = name,
                    Version = version,
                    Method = ExplanationMethod.GradCam,
                    RunId = info.RunId,
                    ArtifactPath = $"explanations/{id}",
                    Summary = summary,
                });
            }
        }
        var comparison = await _client.Comparison.CompareAsync(name, ["1", "2"]);
        Assert.All(comparison.Versions, v => Assert.Equal(0.1, v.Calibration!.Value.GetProperty("plain").GetProperty("ece").GetDouble()));
        Assert.Equal([("none", 0, 0.9, 0.9), ("blur", 1, 0.5, 0.25), ("blur", 2, 0.1, 0.1)],
            comparison.Robustness.Select(r => (r.Corruption, r.Severity, r.Accuracies[0]!.Value, r.Accuracies[1]!.Value)));
        Assert.Equal([("gradcam", "aa", null), ("gradcam", "aa", "rose")], comparison.Explanations.Select(e => (e.Method.Name(), e.ImageSha256, e.Target)));
        Assert.All(comparison.Explanations, pair => Assert.Equal(["1", "2"], pair.Explanations.Select(e => e!.Version)));
    }

    private Task PutRobustnessAsync(UploadedFolder folder, double mild) => EvaluatedVersion.PutAsync(registry.Http, folder, "robustness.json", new
    {
        report = new
        {
            clean_accuracy = 0.9,
            corruptions = new[]
            {
                new { name = "blur", severities = new[] { new { severity = 1, accuracy = mild }, new { severity = 2, accuracy = 0.1 } } },
            },
        },
    });

    [Fact]
    public async Task Versions_with_the_same_test_images_are_paired_although_the_training_images_differ()
    {
        var name = NewName();
        var predictions = EvaluatedVersion.Predictions(Images, i => i < 6);
        foreach (var (fingerprint, salt) in new[] { ("data", ""), ("more data", ""), ("other data", "other") })
            await EvaluatedVersion.RegisterAsync(registry.Http, name, predictions, fingerprint, i => $"{salt}{i}");
        var comparison = await _client.Comparison.CompareAsync(name, ["1", "2", "3"]);
        Assert.Equal(Images, comparison.Pairs[0].Statistics!.Images);
        Assert.Contains($"{name}/3 on other data", comparison.Pairs[1].Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_config_differences_are_listed()
    {
        var name = NewName();
        foreach (var (size, method) in new[] { ("224", "adam"), ("240", "adam") })
        {
            var folder = await UploadedFolder.MakeAsync(registry.Http);
            foreach (var (key, value) in new[] { ("image_size", size), ("optimizer", method) })
                await new MlflowWire(registry.Http).PostAsync("/runs/log-parameter", new { run_id = folder.Run, key, value });
            await folder.RegisterAsync(registry.Http, name);
        }
        var row = Assert.Single((await _client.Comparison.CompareAsync(name, ["1", "models:/" + name + "/2"])).SpecDifferences);
        Assert.Equal(("image_size", "224", "240"), (row.Name, row.Values[0]!.Value.GetString(), row.Values[1]!.Value.GetString()));
    }

    [Fact]
    public void Specs_are_compared_field_by_field()
    {
        var specs = new[] { """{"a": 1, "b": {"c": [1, 2], "d": "x"}}""", """{"a": 1.0, "b": {"c": [2, 1]}, "e": null}""" };
        var rows = SpecDifferences.OfSpecs([.. specs.Select(spec => JsonElement.Parse(spec))]);
        Assert.Equal([("$.b.c", "[1, 2]", "[2, 1]"), ("$.b.d", "\"x\"", null), ("$.e", null, "null")],
            rows.Select(r => (r.Name, r.Values[0]?.GetRawText(), r.Values[1]?.GetRawText())));
    }

    [Fact]
    public async Task An_unreadable_evaluation_is_named_and_incomplete_entries_are_skipped()
    {
        var name = await TwoVersionsAsync();
        var folder = await FolderAsync((await _client.ModelVersions.GetAsync($"models:/{name}/2")).RunId);
        await PutAsync("robustness.json", new { corruptions = new object?[] { null, new { name = "x" } } });
        await PutAsync("test.json", new { predictions = new object?[] { null, new { label = 1 } } });
        var comparison = await _client.Comparison.CompareAsync(name, ["1", "2"]);
        Assert.Empty(comparison.Robustness);
        Assert.Contains("logged no predictions", comparison.Pairs[0].Refusal, StringComparison.Ordinal);
        await PutAsync("test.json", 5);
        var refused = await Assert.ThrowsAsync<RegistryException>(() => _client.Comparison.CompareAsync(name, ["1", "2"]));
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("evaluation/test.json cannot be read", refused.Message, StringComparison.Ordinal);

        Task PutAsync(string document, object report) => EvaluatedVersion.PutAsync(registry.Http, folder, document, new { report });
    }

    [Fact]
    public async Task Markdown_is_returned_by_format_or_Accept_header()
    {
        var name = await TwoVersionsAsync();
        var text = await _client.Comparison.MarkdownAsync(name, ["1", "2"], seed: 7);
        Assert.Contains("60 test images: 3 fixed, 1 regressed.\n\nMcNemar's exact p = 0.625.", text, StringComparison.Ordinal);
        Assert.Contains("| accuracy | 0.9 | 0.9333 | +0.0333 | ", text, StringComparison.Ordinal);
        Assert.Contains("| test_ece | 0.02 |  |", text, StringComparison.Ordinal);
        Assert.Contains("| 0006.png | daisy | daisy | rose | regressed |", text, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/models/{name}/compare?versions=1,2&seed=7");
        request.Headers.Add("Accept", "text/markdown");
        using var response = await registry.Http.SendAsync(request);
        Assert.Equal("text/markdown", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(text, await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("1", "must list 2 to 6 versions")]
    [InlineData("1,2,1,2,1,2,1", "must list 2 to 6 versions")]
    [InlineData("1,1", "twice")]
    [InlineData("1,x", "is not a version")]
    [InlineData("1,9", "not found")]
    public async Task Versions_that_cannot_be_compared_are_named(string versions, string message)
    {
        var name = await TwoVersionsAsync();
        var refused = await Assert.ThrowsAsync<RegistryException>(() => _client.Comparison.CompareAsync(name, versions.Split(',')));
        Assert.Equal(message == "not found" ? HttpStatusCode.NotFound : HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    private async Task<UploadedFolder> FolderAsync(string run)
    {
        var root = (await new MlflowWire(registry.Http).RunAsync(run)).GetProperty("info").Text("artifact_uri")["mlflow-artifacts:/".Length..];
        return new UploadedFolder(run, root, []);
    }
}
