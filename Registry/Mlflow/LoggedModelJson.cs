using System.Globalization;
using System.Text.Json;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Tracking;

namespace Linnaeus.Registry.Mlflow;

/// <summary>Logged models in MLflow's JSON.</summary>
internal static class LoggedModelJson
{
    public static void Write(Utf8JsonWriter writer, LoggedModelDetails details)
    {
        var model = details.Model;
        writer.WriteStartObject("info");
        writer.WriteString("model_id", model.ModelId);
        writer.WriteString("experiment_id", model.ExperimentId.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("name", model.Name);
        writer.WriteNumber("creation_timestamp_ms", model.CreationTime);
        writer.WriteNumber("last_updated_timestamp_ms", model.LastUpdateTime);
        writer.WriteString("artifact_uri", model.ArtifactUri);
        writer.WriteString("status", StatusName(model.Status));
        writer.WriteOptional("model_type", model.ModelType);
        writer.WriteOptional("source_run_id", model.SourceRunId);
        writer.WritePairs("tags", details.Tags);
        writer.WriteEndObject();

        writer.WriteStartObject("data");
        writer.WritePairs("params", details.Params);
        writer.WriteList("metrics", details.Metrics, (w, metric) =>
        {
            RunJson.WriteMetric(w, metric.Point);
            w.WriteOptional("dataset_name", metric.DatasetName);
            w.WriteOptional("dataset_digest", metric.DatasetDigest);
            w.WriteString("model_id", model.ModelId);
            w.WriteString("run_id", metric.RunId);
        });
        writer.WriteEndObject();
    }

    public static MlflowResult Answer(LoggedModelDetails model) => new(w =>
    {
        w.WriteStartObject("model");
        Write(w, model);
        w.WriteEndObject();
    });

    /// <summary>Parses a status by name or by its number in MLflow's protocol.</summary>
    public static string ParseStatus(string status) => status switch
    {
        "LOGGED_MODEL_PENDING" or "1" => LoggedModelStatus.Pending,
        "LOGGED_MODEL_READY" or "2" => LoggedModelStatus.Ready,
        "LOGGED_MODEL_UPLOAD_FAILED" or "3" => LoggedModelStatus.Failed,
        _ => throw RegistryException.Invalid($"Invalid value \"{status}\" for parameter 'status' supplied: use LOGGED_MODEL_PENDING, LOGGED_MODEL_READY or LOGGED_MODEL_UPLOAD_FAILED."),
    };

    private static string StatusName(string status) => status switch
    {
        LoggedModelStatus.Pending => "LOGGED_MODEL_PENDING",
        LoggedModelStatus.Ready => "LOGGED_MODEL_READY",
        _ => "LOGGED_MODEL_UPLOAD_FAILED",
    };
}
