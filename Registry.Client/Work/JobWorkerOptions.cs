namespace Linnaeus.Registry.Client.Work;

/// <summary>Settings of a worker process. Configuration section <c>Worker</c>.</summary>
public sealed record JobWorkerOptions
{
    public const string Section = "Worker";

    /// <summary>Name of the worker in leases.</summary>
    public string Name { get; init; } = $"{Environment.MachineName}-{Environment.ProcessId}";

    /// <summary>Seconds a lease lasts without a heartbeat.</summary>
    public int LeaseSeconds { get; init; } = 30;

    /// <summary>Seconds between heartbeats, and the maximum delay of a cancellation.</summary>
    public double HeartbeatSeconds { get; init; } = 3;

    /// <summary>Initial seconds between polls of an empty queue; doubles up to <see cref="LongestPollSeconds"/>.</summary>
    public double PollSeconds { get; init; } = 0.5;

    public double LongestPollSeconds { get; init; } = 4;

    /// <summary>While this file exists, the worker finishes its current job and leases no more. Absent, it cannot be drained.</summary>
    public string? DrainFile { get; init; }

    /// <summary>Seconds a handler may take to stop before the lease is released without it: one training step can be long.</summary>
    public double StopSeconds { get; init; } = 4;

    /// <summary>Seconds to retry the report of an outcome while the process is stopping.</summary>
    public double ReportSeconds { get; init; } = 2;

    /// <summary>Maximum leases of a job that fails because the Registry is unavailable.</summary>
    public int Attempts { get; init; } = 5;
}
