using System.Globalization;
using System.Text.Json;
using Linnaeus.Registry.Models;

namespace Linnaeus.Registry.Evaluations;

/// <summary>A class with its probability.</summary>
public sealed record TestedClass(int Class, double Probability);

/// <summary>What a version said of a test image.</summary>
/// <param name="Id">The image's name in its dataset.</param>
/// <param name="Label">Index of its class.</param>
/// <param name="Predicted">Index of the class it was taken for.</param>
/// <param name="Loss">Cross-entropy in nats.</param>
/// <param name="Top">The most probable classes, most probable first.</param>
/// <param name="Sha256">Of the image's file; older evaluations do not have it.</param>
public sealed record TestedImage(string Id, int Label, int Predicted, double Loss, IReadOnlyList<TestedClass>? Top = null, string? Sha256 = null)
{
    public bool Correct => Predicted == Label;
}

/// <summary>The report in <c>evaluation/test.json</c>, as far as the Registry reads it.</summary>
public sealed record TestReport(IReadOnlyList<TestedImage?>? Predictions);

/// <summary>Accuracy under a corruption at a severity.</summary>
public sealed record TestedSeverity(int Severity, double Accuracy);

/// <summary>A corruption at all its severities.</summary>
public sealed record TestedCorruption(string? Name, IReadOnlyList<TestedSeverity?>? Severities);

/// <summary>The report in <c>evaluation/robustness.json</c>, as far as the Registry reads it.</summary>
public sealed record RobustnessReport(double? CleanAccuracy, IReadOnlyList<TestedCorruption?>? Corruptions);

/// <summary><c>evaluation/robustness.json</c>.</summary>
public sealed record RobustnessDocument(RobustnessReport? Report);

/// <summary><c>evaluation/test.json</c>.</summary>
public sealed record TestDocument(string? Fingerprint, IReadOnlyList<string>? Classes, TestReport? Report);

/// <summary>What is known of how well a version does. Whatever its run did not record is null or empty.</summary>
public sealed record VersionEvaluation
{
    public required VersionDetails Details { get; init; }

    /// <summary>Last values of the run's metrics, by name.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>The run's params, by name.</summary>
    public IReadOnlyDictionary<string, string> Params { get; init; } = new Dictionary<string, string>();

    /// <summary>Fingerprint of the data that it was tested on.</summary>
    public string? Fingerprint { get; init; }
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>By the image's id.</summary>
    public IReadOnlyDictionary<string, TestedImage> Images { get; init; } = new Dictionary<string, TestedImage>();

    /// <summary><c>evaluation/calibration.json</c>.</summary>
    public JsonElement? Calibration { get; init; }

    /// <summary>The report in <c>evaluation/robustness.json</c>.</summary>
    public RobustnessReport? Robustness { get; init; }

    /// <summary>Expected calibration error on the test split, 0..1.</summary>
    public double? Ece => Metrics.TryGetValue("test_ece", out var logged) ? logged : Number(Calibration, "plain", "ece");

    /// <summary>MODEL/VERSION.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Details.Name}/{Details.Version.Version}");

    private static double? Number(JsonElement? json, params string[] path)
    {
        foreach (var name in path)
            json = json is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var child) ? child : null;
        return json is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;
    }
}
