namespace Linnaeus.Registry.Tracking;

/// <summary>Tag names with a meaning.</summary>
internal static class RunTags
{
    public const string RunName = "mlflow.runName";
    public const string User = "mlflow.user";
    public const string ModelHistory = "mlflow.log-model.history";
    public const string DatasetContext = "mlflow.data.context";
}
