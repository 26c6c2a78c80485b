namespace Linnaeus.Registry.Client;

/// <summary>MLflow's run statuses.</summary>
public enum RunStatus { Scheduled, Running, Finished, Failed, Killed }

/// <summary>An MLflow experiment: a named group of runs.</summary>
public sealed record Experiment(string ExperimentId, string Name, string LifecycleStage);

/// <summary>One value of a metric.</summary>
/// <param name="Value">May be NaN or infinite.</param>
/// <param name="Step">Epoch or optimizer step, depending on the metric.</param>
public sealed record Metric(string Key, double Value, DateTimeOffset Timestamp, long Step = 0)
{
    /// <summary>Minimum of the history, if requested.</summary>
    public double? Min { get; init; }

    /// <inheritdoc cref="Min"/>
    public double? Max { get; init; }
}

/// <summary>A dataset that MLflow logs with a run.</summary>
/// <param name="Digest">Fingerprint, at most 36 characters.</param>
/// <param name="SourceType">Kind of <paramref name="Source"/>, e.g. <c>local</c>.</param>
/// <param name="Source">Origin; JSON by MLflow's convention.</param>
/// <param name="Profile">Statistics as JSON.</param>
public sealed record DatasetInput(string Name, string Digest, string SourceType, string Source, string? Profile = null);

/// <summary>An MLflow run with the latest value of each metric.</summary>
public sealed record Run
{
    public required string RunId { get; init; }
    public required string ExperimentId { get; init; }
    public string Name { get; init; } = "";
    public RunStatus Status { get; init; }
    public DateTimeOffset? StartTime { get; init; }
    public DateTimeOffset? EndTime { get; init; }

    /// <summary><c>mlflow-artifacts:/EXPERIMENT/RUN/artifacts</c>.</summary>
    public string ArtifactUri { get; init; } = "";
    public IReadOnlyDictionary<string, Metric> Metrics { get; init; } = new Dictionary<string, Metric>();
    public IReadOnlyDictionary<string, string> Params { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}

/// <summary>A search for runs.</summary>
public sealed record RunSearch
{
    /// <summary>Experiments to search; an empty list finds nothing.</summary>
    public required IReadOnlyList<string> ExperimentIds { get; init; }

    /// <summary>MLflow filter string, e.g. <c>metrics.val_accuracy > 0.9 AND params.augmentation = "light"</c>.</summary>
    public string? Filter { get; init; }

    /// <summary>E.g. <c>metrics.val_accuracy DESC</c>; default: newest first.</summary>
    public IReadOnlyList<string> OrderBy { get; init; } = [];

    /// <summary>Runs per page, 1 to 50,000.</summary>
    public int MaxResults { get; init; } = 100;

    /// <summary>Runs before the page.</summary>
    public int Offset { get; init; }

    /// <summary>Metrics, params and tags to read, e.g. <c>metrics.val_*</c>; absent means all.</summary>
    public IReadOnlyList<string>? Fields { get; init; }

    public bool IncludeTotal { get; init; } = true;

    /// <summary>Whether each metric includes the minimum and maximum of its history.</summary>
    public bool IncludeExtremes { get; init; }
}

/// <summary>A page of search results.</summary>
/// <param name="Total">Matching runs on all pages.</param>
public sealed record RunPage(IReadOnlyList<Run> Runs, long Total);
