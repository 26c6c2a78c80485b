using System.Collections.Immutable;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What is known of a resource at one moment. A changed resource gets a new snapshot.</summary>
public sealed record CustomResourceSnapshot
{
    /// <summary><c>Project</c>, <c>Executable</c>, <c>ConnectionString</c> or <c>Parameter</c>.</summary>
    public required string ResourceType { get; init; }

    /// <summary>Facts for display: for a process <c>executable.path</c>, <c>executable.workDir</c>, <c>executable.args</c>, <c>executable.pid</c>; <c>project.path</c>, <c>project.launchProfile</c>.</summary>
    public required ImmutableArray<ResourcePropertySnapshot> Properties { get; init; }

    /// <summary>When the resource was declared, UTC.</summary>
    public DateTime? CreationTimeStamp { get; init; }

    /// <summary>When its present (or last) process started, UTC.</summary>
    public DateTime? StartTimeStamp { get; init; }

    /// <summary>When its last process ended, UTC; null while one runs.</summary>
    public DateTime? StopTimeStamp { get; init; }

    /// <summary>A value of <see cref="KnownResourceStates"/>.</summary>
    public ResourceStateSnapshot? State { get; init; }

    /// <summary>Exit code of the last process; 128 + the signal's number when a signal ended it.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The worst of <see cref="HealthReports"/>; null unless the resource is running. Running without checks is healthy.</summary>
    public HealthStatus? HealthStatus
    {
        get
        {
            if (State?.Text != KnownResourceStates.Running)
                return null;
            if (HealthReports.IsEmpty)
                return Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy;
            return HealthReports.Min(report => report.Status ?? Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Unhealthy);
        }
    }

    /// <summary>One report per health check; its status is null until the check has run.</summary>
    public ImmutableArray<HealthReportSnapshot> HealthReports { get; internal init; } = [];

    /// <summary>What the process was started with; <see cref="EnvironmentVariableSnapshot.IsFromSpec"/> tells the declared ones from the inherited.</summary>
    public ImmutableArray<EnvironmentVariableSnapshot> EnvironmentVariables { get; init; } = [];

    /// <summary>Addresses of the endpoints.</summary>
    public ImmutableArray<UrlSnapshot> Urls { get; init; } = [];

    /// <summary>The commands people may run, enabled or not.</summary>
    public ImmutableArray<ResourceCommandSnapshot> Commands { get; init; } = [];

    /// <summary>References and waits on other resources.</summary>
    public ImmutableArray<RelationshipSnapshot> Relationships { get; init; } = [];
}

/// <summary>A state's name and its style, one of <c>success</c>, <c>info</c>, <c>warning</c>, <c>error</c>.</summary>
public sealed record ResourceStateSnapshot(string Text, string? Style)
{
    public static implicit operator ResourceStateSnapshot?(string? s) => s is null ? null : new(s, null);
}

/// <summary>A fact about a resource. Sensitive values are hidden until asked for.</summary>
public sealed record ResourcePropertySnapshot(string Name, object? Value)
{
    public bool IsSensitive { get; init; }
}

/// <summary>An environment variable of a resource's process.</summary>
public sealed record EnvironmentVariableSnapshot(string Name, string? Value, bool IsFromSpec);

/// <summary>An address of a resource; <paramref name="Name"/> is the endpoint's.</summary>
public sealed record UrlSnapshot(string? Name, string Url, bool IsInternal)
{
    /// <summary>True while nothing listens there.</summary>
    public bool IsInactive { get; init; }

    public UrlDisplayPropertiesSnapshot DisplayProperties { get; init; } = new();
}

/// <summary>How an address is shown; higher orders come first.</summary>
public sealed record UrlDisplayPropertiesSnapshot(string DisplayName = "", int SortOrder = 0);

/// <summary>Outcome of one health check.</summary>
public sealed record HealthReportSnapshot(string Name, HealthStatus? Status, string? Description, string? ExceptionText)
{
    /// <summary>When the check last ran, UTC.</summary>
    public DateTime? LastRunAt { get; init; }
}

/// <summary>A relation to another resource: <c>Reference</c> or <c>WaitFor</c>.</summary>
public sealed record RelationshipSnapshot(string ResourceName, string Type);

/// <summary>A command of a resource: see <see cref="KnownResourceCommands"/>.</summary>
public sealed record ResourceCommandSnapshot(
    string Name,
    ResourceCommandState State,
    string DisplayName,
    string? DisplayDescription,
    object? Parameter,
    string? ConfirmationMessage,
    string? IconName,
    IconVariant? IconVariant,
    bool IsHighlighted);

/// <summary>Whether a command can be run now.</summary>
public enum ResourceCommandState { Enabled, Disabled, Hidden }

/// <summary>Weight of an icon.</summary>
public enum IconVariant { Regular, Filled }
