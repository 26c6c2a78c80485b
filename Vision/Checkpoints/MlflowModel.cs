using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Linnaeus.Vision.Checkpoints;

/// <summary>Run data for MLflow's file.</summary>
/// <param name="RunId">Run that created the model.</param>
/// <param name="ArtifactPath">Folder of the model in the run's artifacts.</param>
/// <param name="CreatedAt">Creation time.</param>
/// <param name="ModelUuid">32 hex digits; random when null.</param>
public sealed record MlflowModelInfo(
    string? RunId = null, string ArtifactPath = "model", DateTimeOffset? CreatedAt = null, string? ModelUuid = null);

/// <summary>
/// MLflow's <c>MLmodel</c> file (YAML): one custom flavor <c>linnaeus</c> that points at the weights, and a tensor signature.
/// Scalars are JSON strings, which are valid YAML.
/// </summary>
internal static class MlflowModel
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Format(ModelDescription description, MlflowModelInfo info, long bytes)
    {
        var created = (info.CreatedAt ?? DateTimeOffset.UtcNow).UtcDateTime;
        var size = description.Preprocessing.ImageSize;
        var yaml = new StringBuilder();
        Line(yaml, 0, "artifact_path", Quote(info.ArtifactPath));
        yaml.Append("flavors:\n  linnaeus:\n");
        Line(yaml, 4, "architecture", Quote(description.Architecture));
        Line(yaml, 4, "data", Quote(ModelFolder.WeightsFile));
        Line(yaml, 4, "description", Quote(ModelFolder.DescriptionFile));
        Line(yaml, 4, "format", description.Format.ToString(CultureInfo.InvariantCulture));
        Line(yaml, 4, "weights_sha256", Quote(description.WeightsSha256 ?? ""));
        Line(yaml, 0, "model_size_bytes", bytes.ToString(CultureInfo.InvariantCulture));
        Line(yaml, 0, "model_uuid", Quote(info.ModelUuid ?? Guid.NewGuid().ToString("N")));
        if (info.RunId is not null)
            Line(yaml, 0, "run_id", Quote(info.RunId));
        yaml.Append("signature:\n");
        Line(yaml, 2, "inputs", Quote(TensorSpec("images", [-1, 3, size, size])));
        Line(yaml, 2, "outputs", Quote(TensorSpec("logits", [-1, description.Classes.Count])));
        Line(yaml, 2, "params", "null");
        Line(yaml, 0, "utc_time_created", Quote(created.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)));
        return yaml.ToString();
    }

    private static string TensorSpec(string name, int[] shape) =>
        $$$"""[{"type": "tensor", "name": "{{{name}}}", "tensor-spec": {"dtype": "float32", "shape": [{{{string.Join(", ", shape)}}}]}}]""";

    private static string Quote(string text) => JsonSerializer.Serialize(text, Plain);

    private static void Line(StringBuilder yaml, int indent, string key, string value) =>
        yaml.Append(' ', indent).Append(key).Append(": ").Append(value).Append('\n');
}
