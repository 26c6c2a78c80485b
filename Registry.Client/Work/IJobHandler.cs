namespace Linnaeus.Registry.Client.Work;

/// <summary>Runs one kind of job. <see cref="JobWorker"/> leases jobs, keeps leases alive and reports outcomes.</summary>
public interface IJobHandler
{
    /// <summary>Job kind, also the name of the span: <c>train</c>, <c>explain</c>.</summary>
    string Kind { get; }

    /// <summary>Runs a job. After an interruption the same job may run again, here or on another worker.</summary>
    /// <param name="lease">The leased job; it takes progress and signals when to stop, after which only a checkpoint may still be
    /// written.</param>
    /// <returns>The job's result.</returns>
    /// <exception cref="JobFaultException">The job is invalid; the message is for its submitter.</exception>
    /// <exception cref="OperationCanceledException"><see cref="HeldLease.Token"/> fired.</exception>
    Task<object> RunAsync(HeldLease lease);
}

/// <summary>The job is invalid. The message names the problem and what to do, and becomes the job's error.</summary>
public sealed class JobFaultException(string message, Exception? innerException = null) : Exception(message, innerException);
