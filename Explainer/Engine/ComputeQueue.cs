using Linnaeus.ServiceDefaults.Problems;

namespace Linnaeus.Explainer.Engine;

/// <summary>Computes a batch of inputs. A fault fails one input; an exception fails the whole batch.</summary>
public delegate Task<IReadOnlyList<Outcome<TResult>>> BatchComputation<TInput, TResult>(IReadOnlyList<TInput> inputs, CancellationToken cancellationToken)
    where TResult : class;

/// <summary>
/// Limits concurrent computations, because more would only share the same cores. Requests and jobs wait in order; those with equal
/// keys are computed as one batch.
/// </summary>
public sealed class ComputeQueue(ExplainerOptions options, ExplainerTelemetry telemetry, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(2);

    private readonly Lock gate = new();
    private readonly SemaphoreSlim slots = new(options.Concurrency);
    private readonly Dictionary<object, object> gathering = [];
    private readonly Dictionary<object, (long Since, int Inputs)> running = [];
    private int waiting;
    private double secondsEach = 1;

    /// <summary>Queues <paramref name="compute"/> for <paramref name="input"/>.</summary>
    /// <param name="key">Inputs with equal keys may share a batch; they must come with the same <paramref name="compute"/>.</param>
    /// <param name="refuseWhenFull">Fails with 429 when the queue is full; false waits instead.</param>
    /// <param name="cancellationToken">Leaves the queue. A batch is canceled when all of its callers have left.</param>
    /// <exception cref="ProblemException">429: the queue is full. Or the input's own fault.</exception>
    public async Task<TResult> RunAsync<TInput, TResult>(
        object key, TInput input, BatchComputation<TInput, TResult> compute, bool refuseWhenFull, CancellationToken cancellationToken)
        where TResult : class
    {
        cancellationToken.ThrowIfCancellationRequested();
        var ticket = new Ticket<TInput, TResult>(input);
        var batch = Enter(key, ticket, compute, refuseWhenFull);
        await using (cancellationToken.Register(() => Leave(key, batch, ticket, cancellationToken)))
            return await ticket.Completion.Task;
    }

    public void Dispose() => slots.Dispose();

    private Batch<TInput, TResult> Enter<TInput, TResult>(
        object key, Ticket<TInput, TResult> ticket, BatchComputation<TInput, TResult> compute, bool refuseWhenFull)
        where TResult : class
    {
        Batch<TInput, TResult>? batch;
        lock (gate)
        {
            if (refuseWhenFull && waiting >= options.QueueLength)
                throw Full();
            Wait(1);
            batch = gathering.GetValueOrDefault(key) as Batch<TInput, TResult>;
            if (batch is { Tickets.Count: var count } && count < options.BatchImages)
            {
                batch.Tickets.Add(ticket);
                return batch;
            }
            gathering[key] = batch = new Batch<TInput, TResult>([ticket]);
        }
        _ = RunAsync(key, batch, compute);
        return batch;
    }

    private async Task RunAsync<TInput, TResult>(object key, Batch<TInput, TResult> batch, BatchComputation<TInput, TResult> compute)
        where TResult : class
    {
        try
        {
            await slots.WaitAsync(batch.Stop.Token);
        }
        catch (OperationCanceledException) // every caller has left
        {
            return;
        }
        try
        {
            var tickets = Start(key, batch);
            if (tickets.Length > 0)
                await ComputeAsync(tickets, compute, batch.Stop.Token);
        }
        finally
        {
            End(batch);
            slots.Release();
        }
    }

    private Ticket<TInput, TResult>[] Start<TInput, TResult>(object key, Batch<TInput, TResult> batch)
        where TResult : class
    {
        lock (gate)
        {
            batch.Started = true;
            Close(key, batch);
            Wait(-batch.Tickets.Count);
            if (batch.Tickets.Count > 0)
                running[batch] = (clock.GetTimestamp(), batch.Tickets.Count);
            return [.. batch.Tickets];
        }
    }

    private static async Task ComputeAsync<TInput, TResult>(
        Ticket<TInput, TResult>[] tickets, BatchComputation<TInput, TResult> compute, CancellationToken stop)
        where TResult : class
    {
        try
        {
            var outcomes = await Task.Run(() => compute([.. tickets.Select(ticket => ticket.Input)], stop), stop);
            foreach (var (ticket, outcome) in tickets.Zip(outcomes))
                ticket.Complete(outcome);
        }
        catch (Exception error) // rethrown to every waiting caller
        {
            foreach (var ticket in tickets)
                ticket.Completion.TrySetException(error);
        }
    }

    private void End<TInput, TResult>(Batch<TInput, TResult> batch)
        where TResult : class
    {
        lock (gate)
        {
            // A canceled batch does not count in the average.
            if (running.Remove(batch, out var started) && !batch.Stop.IsCancellationRequested)
                secondsEach += 0.2 * (Seconds(started) - secondsEach);
        }
    }

    private double Seconds((long Since, int Inputs) started) => clock.GetElapsedTime(started.Since).TotalSeconds / started.Inputs;

    private void Leave<TInput, TResult>(object key, Batch<TInput, TResult> batch, Ticket<TInput, TResult> ticket, CancellationToken cancellationToken)
        where TResult : class
    {
        bool everyone;
        lock (gate)
        {
            if (!batch.Tickets.Remove(ticket))
                return;
            if (!batch.Started)
                Wait(-1);
            everyone = batch.Tickets.Count == 0;
            if (everyone)
                Close(key, batch);
        }
        ticket.Completion.TrySetCanceled(cancellationToken);
        if (everyone)
            batch.Stop.Cancel();
    }

    /// <summary>Stops adding inputs to the batch.</summary>
    private void Close(object key, object batch)
    {
        if (ReferenceEquals(gathering.GetValueOrDefault(key), batch))
            gathering.Remove(key);
    }

    private void Wait(int more)
    {
        waiting += more;
        telemetry.Waiting(more);
    }

    private ProblemException Full()
    {
        // If a running job exceeds the average, assume queued ones will too.
        var each = running.Values.Select(Seconds).Append(secondsEach).Max();
        var seconds = Math.Clamp(waiting * each / options.Concurrency, 1, LongestRetry.TotalSeconds);
        return new ProblemException(
            StatusCodes.Status429TooManyRequests, $"The queue is full ({waiting} computations). Try again in {Math.Ceiling(seconds)} seconds.")
        {
            RetryAfter = TimeSpan.FromSeconds(Math.Ceiling(seconds)),
        };
    }

    private sealed class Ticket<TInput, TResult>(TInput input)
        where TResult : class
    {
        public TInput Input { get; } = input;

        public TaskCompletionSource<TResult> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Complete(Outcome<TResult> outcome)
        {
            if (outcome.Fault is { } fault)
                Completion.TrySetException(fault);
            else
                Completion.TrySetResult(outcome.Value!);
        }
    }

    private sealed class Batch<TInput, TResult>(List<Ticket<TInput, TResult>> tickets)
        where TResult : class
    {
        /// <summary>Callers that still wait.</summary>
        public List<Ticket<TInput, TResult>> Tickets { get; } = tickets;

        public bool Started { get; set; }

        /// <summary>Never disposed, because the computation may still use its token.</summary>
        public CancellationTokenSource Stop { get; } = new();
    }
}
