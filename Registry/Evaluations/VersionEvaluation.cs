using System.Globalization;
using System.Text.Json;
using Linnaeus.Registry.Models;

namespace Linnaeus.Registry.Evaluations;

/// <summary>A class with its probability.</summary>
public sealed record TestedClass(int Class, double Probability);

/// <summary>A version's prediction for a test image.</summary>
/// <param name="Id">Name in the dataset.</param>
/// <param name="Label">Class index of the label.</param>
/// <param name="Predicted">Class index of the prediction.</param>
/// <param name="Loss">Cross-entropy in nats.</param>
/// <param name="Top">The most probable classes, most probable first.</param>
/// <param name="Sha256">Of the image file; older evaluations do not have it.</param>
public sealed record TestedImage(string Id, int Label, int Predicted, double Loss, IReadOnlyList<TestedClass>? Top = null, string? Sha256 = null)
{
    public bool Correct => Predicted == Label;
}

/// <summary>The fields of the report in <c>evaluation/test.json</c> that the Registry reads.</summary>
public sealed record TestReport(IReadOnlyList<TestedImage?>? Predictions);

/// <summary>Accuracy under a corruption at a severity.</summary>
public sealed record TestedSeverity(int Severity, double Accuracy);

/// <summary>A corruption at all its severities.</summary>
public sealed record TestedCorruption(string? Name, IReadOnlyList<TestedSeverity?>? Severities);

/// <summary>The fields of the report in <c>evaluation/robustness.json</c> that the Registry reads.</summary>
public sealed record RobustnessReport(double? CleanAccuracy, IReadOnlyList<TestedCorruption?>? Corruptions);

/// <summary><c>evaluation/robustness.json</c>.</summary>
public sealed record RobustnessDocument(RobustnessReport? Report);

/// <summary><c>evaluation/test.json</c>.</summary>
public sealed record TestDocument(string? Fingerprint, IReadOnlyList<string>? Classes, TestReport? Report);

/// <summary>The evaluation of a version. Values that its run did not log are null or empty.</summary>
public sealed record VersionEvaluation
{
    public required VersionDetails Details { get; init; }

    /// <summary>Latest values of the run's metrics by name.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>The run's params by name.</summary>
    public IReadOnlyDictionary<string, string> Params { get; init; } = new Dictionary<string, string>();

    /// <summary>Fingerprint of the test data.</summary>
    public string? Fingerprint { get; init; }
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>Predictions by image id.</summary>
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
