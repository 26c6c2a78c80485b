using System.Text.Json;
using System.Text.Json.Nodes;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Training;

/// <summary>Defaults of a training spec.</summary>
public static class SpecDefaults
{
    /// <summary>The spec fields that have a default.</summary>
    public static JsonObject Json { get; } = JsonSerializer.SerializeToNode(new TrainingSpec(), ApiJson.Options)!.AsObject();

    // Without early stopping, which is off by default.
    private static readonly JsonObject Whole = JsonSerializer.SerializeToNode(
        new TrainingSpec { Synthetic = new(), Subset = new() }, ApiJson.Options)!.AsObject();

    /// <summary>The default of a field as its input shows it; null if it has none.</summary>
    /// <param name="path">E.g. <c>epochs</c> or <c>early_stopping.patience</c>.</param>
    public static string? Of(string path) => SpecDraft.TextAt(Whole, path);
}
