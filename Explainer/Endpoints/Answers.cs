using System.Text.Json;
using System.Text.Json.Nodes;
using Linnaeus.Explainer.Engine;
using Linnaeus.Registry.Client;

namespace Linnaeus.Explainer.Endpoints;

/// <summary>Builds an <see cref="ExplanationAnswer"/> from a stored record.</summary>
internal static class Answers
{
    /// <param name="record">As stored; fields written by earlier versions are kept.</param>
    /// <param name="http">Supplies the base address for the links.</param>
    public static JsonObject Of(ExplanationRecord record, HttpRequest http)
    {
        var address = $"{http.Scheme}://{http.Host}{http.PathBase}/api/explanations/{record.Id}";
        var activation = record.Method is ExplanationMethod.GradCam or ExplanationMethod.GradCamPlusPlus;
        var answer = new JsonObject
        {
            ["id"] = record.Id,
            ["model"] = record.Model,
            ["version"] = record.Version,
            ["model_uri"] = $"models:/{record.Model}/{record.Version}",
            ["method"] = record.Method.Name(),
            ["url"] = address,
            ["heatmap_url"] = $"{address}/{ExplanationStore.HeatMapFile}",
            ["overlay_url"] = $"{address}/{ExplanationStore.OverlayFile}",
            ["input_url"] = $"{address}/{ExplanationStore.ImageFile}",
            ["attribution_url"] = $"{address}/{ExplanationStore.AttributionFile}",
            [activation ? "cells_url" : "signed_url"] = $"{address}/{(activation ? ExplanationStore.CellsFile : ExplanationStore.SignedFile)}",
            ["run_id"] = record.RunId,
            ["artifact_path"] = record.ArtifactPath,
            ["created_at"] = JsonSerializer.SerializeToNode(record.CreatedAt, ApiJson.Options),
        };
        foreach (var property in record.Summary.EnumerateObject())
            answer[property.Name] = JsonNode.Parse(property.Value.GetRawText());
        return answer;
    }

    /// <summary>A <see cref="ComparisonAnswer"/>.</summary>
    public static JsonObject Of(IReadOnlyList<ComparedExplanations> compared, HttpRequest http)
    {
        var comparisons = compared.Select(pair => Of(pair, http)).ToArray();
        return new JsonObject
        {
            ["comparisons"] = new JsonArray(comparisons),
            ["mean_rank_correlation"] = compared.Average(pair => pair.RankCorrelation),
            ["mean_top_overlap"] = compared.Average(pair => pair.TopOverlap),
            ["same_predictions"] = comparisons.Count(pair => pair["same_prediction"]!.GetValue<bool>()),
        };
    }

    private static JsonObject Of(ComparedExplanations pair, HttpRequest http)
    {
        var (first, second) = (Of(pair.First, http), Of(pair.Second, http));
        bool Same(string field) => first[field]!.GetValue<string>() == second[field]!.GetValue<string>();
        return new JsonObject
        {
            ["same_prediction"] = Same("predicted_class"),
            ["same_target"] = Same("target_class"),
            ["rank_correlation"] = pair.RankCorrelation,
            ["top_overlap"] = pair.TopOverlap,
            ["explanations"] = new JsonArray(first, second),
        };
    }
}
