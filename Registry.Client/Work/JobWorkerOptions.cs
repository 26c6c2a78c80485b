namespace Linnaeus.Registry.Client.Work;

/// <summary>How a worker process holds jobs. Configuration section <c>Worker</c>.</summary>
public sealed record JobWorkerOptions
{
    public const string Section = "Worker";

    /// <summary>Name under which jobs are leased.</summary>
    public string Name { get; init; } = $"{Environment.MachineName}-{Environment.ProcessId}";

    /// <summary>Seconds a lease lasts without a heartbeat.</summary>
    public int LeaseSeconds { get; init; } = 30;

    /// <summary>Seconds between heartbeats; also the longest a cancellation goes unnoticed.</summary>
    public double HeartbeatSeconds { get; init; } = 3;

    /// <summary>Seconds before the queue is asked again after it was empty; doubles up to <see cref="LongestPollSeconds"/>.</summary>
    public double PollSeconds { get; init; } = 0.5;

    public double LongestPollSeconds { get; init; } = 4;

    /// <summary>While there is such a file, the worker leases no jobs: it finishes the one that it has. Absent, it cannot be drained.</summary>
    public string? DrainFile { get; init; }

    /// <summary>Seconds a handler may take to stop once told before the lease is given back without it: one training step can be long.</summary>
    public double StopSeconds { get; init; } = 4;

    /// <summary>Seconds an outcome is tried to be reported while the process is stopping.</summary>
    public double ReportSeconds { get; init; } = 2;

    /// <summary>A job that failed for want of the Registry goes back to the queue until it has been leased this often.</summary>
    public int Attempts { get; init; } = 5;
}
