using System.Globalization;
using System.Text.Json;
using Linnaeus.Registry.Models;

namespace Linnaeus.Registry.Mlflow;

/// <summary>Registered models and versions in MLflow's JSON.</summary>
internal static class ModelJson
{
    public static void Write(Utf8JsonWriter writer, ModelDetails model)
    {
        writer.WriteString("name", model.Model.Name);
        writer.WriteNumber("creation_timestamp", model.Model.CreationTime);
        writer.WriteNumber("last_updated_timestamp", model.Model.LastUpdateTime);
        writer.WriteOptional("description", model.Model.Description);
        writer.WriteList("latest_versions", model.LatestVersions, Write);
        writer.WritePairs("tags", model.Tags);
        writer.WriteList("aliases", model.Aliases, static (w, alias) =>
        {
            w.WriteString("alias", alias.DisplayName);
            w.WriteString("version", alias.Version.ToString(CultureInfo.InvariantCulture));
        });
    }

    public static void Write(Utf8JsonWriter writer, VersionDetails details)
    {
        var version = details.Version;
        writer.WriteString("name", details.Name);
        writer.WriteString("version", version.Version.ToString(CultureInfo.InvariantCulture));
        writer.WriteNumber("creation_timestamp", version.CreationTime);
        writer.WriteNumber("last_updated_timestamp", version.LastUpdateTime);
        writer.WriteOptional("user_id", version.UserId);
        writer.WriteString("current_stage", version.Stage);
        writer.WriteOptional("description", version.Description);
        writer.WriteString("source", version.Source);
        writer.WriteOptional("run_id", version.RunId);
        writer.WriteString("status", version.Status);
        writer.WriteOptional("status_message", version.StatusMessage);
        writer.WritePairs("tags", details.Tags);
        writer.WriteOptional("run_link", version.RunLink);
        writer.WriteOptional("model_id", version.LoggedModelId);
        if (details.Aliases.Count == 0) return;
        writer.WriteStartArray("aliases");
        foreach (var alias in details.Aliases) writer.WriteStringValue(alias);
        writer.WriteEndArray();
    }

    /// <summary>A response with one version.</summary>
    public static MlflowResult Answer(VersionDetails version) => new(w =>
    {
        w.WriteStartObject("model_version");
        Write(w, version);
        w.WriteEndObject();
    });

    public static MlflowResult Answer(ModelDetails model) => new(w =>
    {
        w.WriteStartObject("registered_model");
        Write(w, model);
        w.WriteEndObject();
    });
}
