using System.Text.Json;
using System.Text.Json.Nodes;
using Linnaeus.Explainer.Engine;
using Linnaeus.Registry.Client;

namespace Linnaeus.Explainer.Endpoints;

/// <summary>An explanation as the API shows it: who and where, then everything that was measured.</summary>
internal static class ExplanationAnswer
{
    /// <param name="record">As stored.</param>
    /// <param name="root">Address under which the client reached this service, e.g. <c>http://localhost:5502</c>.</param>
    public static JsonObject Of(ExplanationRecord record, string root)
    {
        var address = $"{root}/api/explanations/{record.Id}";
        var answer = new JsonObject
        {
            ["id"] = record.Id,
            ["model"] = record.Model,
            ["version"] = record.Version,
            ["model_uri"] = $"models:/{record.Model}/{record.Version}",
            ["method"] = record.Method,
            ["url"] = address,
            ["heatmap_url"] = $"{address}/{ExplanationStore.HeatMapFile}",
            ["overlay_url"] = $"{address}/{ExplanationStore.OverlayFile}",
            ["attribution_url"] = $"{address}/{ExplanationStore.AttributionFile}",
            ["input_url"] = $"{address}/{ExplanationStore.PictureFile}",
            ["run_id"] = record.RunId,
            ["artifact_path"] = record.ArtifactPath,
            ["created_at"] = JsonSerializer.SerializeToNode(record.CreatedAt, RegistryJson.Options),
        };
        foreach (var property in record.Summary.EnumerateObject())
            answer[property.Name] = JsonNode.Parse(property.Value.GetRawText());
        return answer;
    }
}
