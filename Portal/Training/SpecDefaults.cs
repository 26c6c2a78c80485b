using System.Text.Json;
using System.Text.Json.Nodes;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Training;

/// <summary>What a training does where its spec says nothing.</summary>
public static class SpecDefaults
{
    /// <summary>Fields of a spec that have a default.</summary>
    public static JsonObject Json { get; } = JsonSerializer.SerializeToNode(new TrainingSpec(), ApiJson.Options)!.AsObject();

    // Without early stopping: a training that says nothing of it has none.
    private static readonly JsonObject Whole = JsonSerializer.SerializeToNode(
        new TrainingSpec { Synthetic = new(), Subset = new() }, ApiJson.Options)!.AsObject();

    /// <summary>Of a field, as its input would show it; null where there is none.</summary>
    /// <param name="path">E.g. <c>epochs</c> or <c>early_stopping.patience</c>.</param>
    public static string? Of(string path) => SpecDraft.TextAt(Whole, path);
}
