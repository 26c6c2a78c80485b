using Linnaeus.ServiceDefaults.Problems;

namespace Linnaeus.Explainer.Engine;

/// <summary>Lets few computations run at a time: more would only share the same cores. Requests wait in order, jobs among them.</summary>
public sealed class ComputeQueue(ExplainerOptions options) : IDisposable
{
    private readonly SemaphoreSlim slots = new(options.Concurrency);
    private int waiting;

    /// <summary>Runs <paramref name="compute"/> when its turn comes.</summary>
    /// <param name="refuseWhenFull">Refuse instead of waiting behind a full queue; false for work that can wait.</param>
    /// <exception cref="ProblemException">429: too many are waiting.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> compute, bool refuseWhenFull, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref waiting) > options.QueueLength && refuseWhenFull)
        {
            Interlocked.Decrement(ref waiting);
            throw new ProblemException(StatusCodes.Status429TooManyRequests, $"{options.QueueLength} explanations are waiting already. Try again in a minute.");
        }
        try
        {
            await slots.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
        try
        {
            return await Task.Run(compute, cancellationToken);
        }
        finally
        {
            slots.Release();
        }
    }

    public void Dispose() => slots.Dispose();
}
