using System.Diagnostics.CodeAnalysis;

namespace Linnaeus.Contracts;

/// <summary>
/// A file or folder among a run's artifacts: <c>runs:/RUN/PATH</c>, <c>mlflow-artifacts:/EXPERIMENT/RUN/artifacts/PATH</c>, or a file of
/// a registered version, <c>models:/NAME/3/PATH</c> or <c>models:/NAME@ALIAS/PATH</c>.
/// </summary>
public sealed record ArtifactUri
{
    private ArtifactUri()
    {
    }

    /// <summary>The run; null when <see cref="Model"/> is set.</summary>
    public string? RunId { get; private init; }

    /// <summary>Known from <c>mlflow-artifacts:</c> only.</summary>
    public string? ExperimentId { get; private init; }

    public ModelUri? Model { get; private init; }

    /// <summary>Path below the run's artifact root, or inside the model's folder; may be empty.</summary>
    public string Path { get; private init; } = "";

    public static ArtifactUri OfRun(string runId, string path) => new() { RunId = runId, Path = path };

    /// <exception cref="FormatException">The text is not such a URI; the message lists the formats.</exception>
    public static ArtifactUri Parse(string text) => TryParse(text, out var uri)
        ? uri
        : throw new FormatException(
            $"'{text}' is not an artifact URI. Write runs:/RUN_ID/PATH, mlflow-artifacts:/EXPERIMENT/RUN_ID/artifacts/PATH or models:/NAME/VERSION/PATH.");

    public static bool TryParse(string? text, [NotNullWhen(true)] out ArtifactUri? uri)
    {
        uri = null;
        var colon = text?.IndexOf(":/", StringComparison.Ordinal) ?? -1;
        if (text is null || colon < 0)
            return false;
        var parts = text[(colon + 2)..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Any(part => part is "." or ".."))
            return false;
        uri = text[..colon] switch
        {
            "runs" when parts.Length >= 1 => OfRun(parts[0], Join(parts, 1)),
            "mlflow-artifacts" when parts.Length >= 3 && parts[2] == "artifacts" =>
                new ArtifactUri { ExperimentId = parts[0], RunId = parts[1], Path = Join(parts, 3) },
            "models" => OfModel(parts),
            _ => null,
        };
        return uri is not null;
    }

    public override string ToString() => this switch
    {
        { Model: { } model } => $"{model}/{Path}",
        { ExperimentId: { } experiment } => $"mlflow-artifacts:/{experiment}/{RunId}/artifacts/{Path}",
        _ => $"runs:/{RunId}/{Path}",
    };

    private static ArtifactUri? OfModel(string[] parts)
    {
        var taken = parts.Length > 0 && parts[0].Contains('@', StringComparison.Ordinal) ? 1 : 2;
        return parts.Length >= taken && ModelUri.TryParse("models:/" + string.Join('/', parts[..taken]), out var model)
            ? new ArtifactUri { Model = model, Path = Join(parts, taken) }
            : null;
    }

    private static string Join(string[] parts, int from) => string.Join('/', parts[from..]);
}
