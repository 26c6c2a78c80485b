namespace Linnaeus.Registry.Client.Work;

/// <summary>Does the work of one kind of job. <see cref="JobWorker"/> leases, keeps the lease alive and reports the outcome.</summary>
public interface IJobHandler
{
    /// <summary>Kind of the jobs it takes, which also names their span: <c>train</c>, <c>explain</c>.</summary>
    string Kind { get; }

    /// <summary>Runs a job to its end. The same job may come again, here or elsewhere, after an interruption.</summary>
    /// <param name="lease">The job; takes its progress and says when to stop, after which only a checkpoint may still be written.</param>
    /// <returns>The job's result.</returns>
    /// <exception cref="JobFaultException">The job cannot be done as asked; its message is for the person who submitted it.</exception>
    /// <exception cref="OperationCanceledException"><see cref="HeldLease.Token"/> fired.</exception>
    Task<object> RunAsync(HeldLease lease);
}

/// <summary>The job cannot be done as asked: the message names the fault and the remedy, and becomes the job's error.</summary>
public sealed class JobFaultException(string message, Exception? innerException = null) : Exception(message, innerException);
