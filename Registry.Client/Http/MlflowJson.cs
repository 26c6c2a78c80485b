using System.Text.Json;
using System.Text.Json.Serialization;

namespace Linnaeus.Registry.Client.Http;

/// <summary>JSON of MLflow's paths: <see cref="ApiJson"/> with NaN as a string and numbers that may be strings.</summary>
internal static class MlflowJson
{
    public static JsonSerializerOptions Options { get; } = ApiJson.Apply(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.AllowNamedFloatingPointLiterals,
    });

    public const string Root = "/api/2.0/mlflow/";
}
