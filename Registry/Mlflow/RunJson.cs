using System.Globalization;
using System.Text.Json;
using Linnaeus.Registry.Tracking;

namespace Linnaeus.Registry.Mlflow;

/// <summary>Runs in MLflow's JSON.</summary>
internal static class RunJson
{
    /// <param name="writer">Positioned in the run's object.</param>
    /// <param name="extremes">Whether each metric includes its minimum and maximum; an extension of MLflow's API.</param>
    public static void Write(Utf8JsonWriter writer, RunDetails run, bool extremes)
    {
        writer.WriteStartObject("info");
        WriteInfo(writer, run.Run);
        writer.WriteEndObject();

        writer.WriteStartObject("data");
        writer.WriteList("metrics", run.Metrics, (w, metric) =>
        {
            WriteMetric(w, metric.Last);
            if (extremes) WriteExtremes(w, metric);
        });
        writer.WritePairs("params", run.Params);
        writer.WritePairs("tags", run.Tags);
        writer.WriteEndObject();

        writer.WriteStartObject("inputs");
        writer.WriteList("dataset_inputs", run.Datasets, WriteInput);
        writer.WriteList("model_inputs", run.Models.FindAll(m => !m.IsOutput), static (w, m) => w.WriteString("model_id", m.ModelId));
        writer.WriteEndObject();

        var outputs = run.Models.FindAll(m => m.IsOutput);
        if (outputs.Count == 0) return;
        writer.WriteStartObject("outputs");
        writer.WriteList("model_outputs", outputs, static (w, m) =>
        {
            w.WriteString("model_id", m.ModelId);
            w.WriteNumber("step", m.Step);
        });
        writer.WriteEndObject();
    }

    public static void WriteInfo(Utf8JsonWriter writer, Run run)
    {
        writer.WriteString("run_uuid", run.RunId);
        writer.WriteString("run_id", run.RunId);
        writer.WriteString("run_name", run.Name);
        writer.WriteString("experiment_id", run.ExperimentId.ToString(CultureInfo.InvariantCulture));
        writer.WriteOptional("user_id", run.UserId);
        writer.WriteString("status", run.Status);
        writer.WriteNumber("start_time", run.StartTime);
        writer.WriteOptional("end_time", run.EndTime);
        writer.WriteString("artifact_uri", run.ArtifactUri);
        writer.WriteString("lifecycle_stage", run.DeletedTime is null ? "active" : "deleted");
    }

    public static void WriteMetric(Utf8JsonWriter writer, MetricPoint point)
    {
        writer.WriteString("key", point.Key);
        writer.WriteDouble("value", point.Shown);
        writer.WriteNumber("timestamp", point.Timestamp);
        writer.WriteNumber("step", point.Step);
    }

    private static void WriteExtremes(Utf8JsonWriter writer, MetricSummary metric)
    {
        if (metric is not { Min: { } min, Max: { } max }) return;
        writer.WriteNumber("min", min.Value);
        writer.WriteNumber("min_step", min.Step);
        writer.WriteNumber("max", max.Value);
        writer.WriteNumber("max_step", max.Step);
    }

    private static void WriteInput(Utf8JsonWriter writer, DatasetInput input)
    {
        writer.WritePairs("tags", input.Tags);
        writer.WriteStartObject("dataset");
        writer.WriteString("name", input.Dataset.Name);
        writer.WriteString("digest", input.Dataset.Digest);
        writer.WriteString("source_type", input.Dataset.SourceType);
        writer.WriteString("source", input.Dataset.Source);
        writer.WriteOptional("schema", input.Dataset.Schema);
        writer.WriteOptional("profile", input.Dataset.Profile);
        writer.WriteEndObject();
    }
}
