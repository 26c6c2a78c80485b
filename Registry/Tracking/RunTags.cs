namespace Linnaeus.Registry.Tracking;

/// <summary>Names of tags with special meaning.</summary>
internal static class RunTags
{
    public const string RunName = "mlflow.runName";
    public const string User = "mlflow.user";
    public const string ModelHistory = "mlflow.log-model.history";
    public const string ModelVersions = "mlflow.modelVersions";
    public const string ParentRun = "mlflow.parentRunId";
    public const string DatasetContext = "mlflow.data.context";

    /// <summary>Id of the job that the run belongs to.</summary>
    public const string Job = "linnaeus.job_id";

    /// <summary>The dataset as in the spec.</summary>
    public const string Dataset = "linnaeus.dataset";

    /// <summary>
    /// The version that the run was fine-tuned from, as <c>models:/NAME/VERSION</c>; versions of the run are its children.
    /// </summary>
    public const string Parent = "linnaeus.parent";
}
