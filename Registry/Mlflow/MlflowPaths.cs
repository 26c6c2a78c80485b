namespace Linnaeus.Registry.Mlflow;

/// <summary>The MLflow REST API below each of its prefixes.</summary>
internal static class MlflowPaths
{
    /// <summary>The MLflow release of this API; clients compare it with their own.</summary>
    public const string Version = "3.2.0";

    /// <summary>The last prefix serves MLFlow.NET and other early clients.</summary>
    private static readonly string[] Prefixes = ["/api/2.0/mlflow", "/ajax-api/2.0/mlflow", "/api/2.0/preview/mlflow"];

    public static void MapMlflow(this IEndpointRouteBuilder app)
    {
        foreach (var prefix in Prefixes)
        {
            var mlflow = app.MapGroup(prefix).ExcludeFromDescription();
            mlflow.MapExperiments();
            mlflow.MapRuns();
            mlflow.MapRunInputs();
            mlflow.MapMetrics();
            mlflow.MapLoggedModels();
            mlflow.MapArtifactLists();
            mlflow.MapRegisteredModels();
            mlflow.MapModelVersions();
        }
    }
}
