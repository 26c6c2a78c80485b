using Linnaeus.Explainer;
using Linnaeus.Explainer.Engine;
using Linnaeus.ServiceDefaults.Problems;

namespace Linnaeus.Services.Tests.Explaining;

/// <summary>The queue with computations that the test controls.</summary>
public sealed class ComputeQueueTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ExplainerTelemetry telemetry = new();
    private readonly HandClock clock = new();
    private readonly ComputeQueue queue;
    private readonly List<Held> started = [];
    private readonly SemaphoreSlim starts = new(0);

    public ComputeQueueTests() => queue = new ComputeQueue(new ExplainerOptions { Concurrency = 2, QueueLength = 3, BatchImages = 2 }, telemetry, clock);

    public void Dispose()
    {
        queue.Dispose();
        telemetry.Dispose();
        starts.Dispose();
    }

    [Fact]
    public async Task Concurrency_is_limited_and_a_full_queue_refuses_with_a_retry_time()
    {
        var first = Run("a", "1");
        var second = Run("b", "2");
        await StartedAsync(2);
        var waiting = new[] { Run("c", "3"), Run("d", "4"), Run("e", "5") };
        var refused = await Assert.ThrowsAsync<ProblemException>(() => Run("f", "6"));
        Assert.Equal(429, refused.Status);
        Assert.True(refused.RetryAfter >= TimeSpan.FromSeconds(1));
        var patient = Run("g", "7", refuseWhenFull: false);
        Assert.Equal(2, started.Count);

        for (var i = 0; i < 6; i++)
        {
            Assert.InRange(started.Count - i, 1, 2);
            started[i].Finish();
            if (i < 4)
                await StartedAsync(1);
        }
        Assert.Equal(["1!", "2!", "3!", "4!", "5!", "7!"], await Task.WhenAll([first, second, .. waiting, patient]).WaitAsync(Patience));
    }

    [Fact]
    public async Task The_retry_time_follows_the_running_computations()
    {
        var running = new[] { Run("a", "1"), Run("b", "2") };
        await StartedAsync(2);
        var waiting = new[] { Run("c", "3"), Run("d", "4"), Run("e", "5") };
        clock.Seconds = 40;
        // Three wait for two places, 40 seconds each or longer.
        Assert.Equal(TimeSpan.FromSeconds(60), (await Assert.ThrowsAsync<ProblemException>(() => Run("f", "6"))).RetryAfter);
        clock.Seconds = 100;
        Assert.Equal(TimeSpan.FromMinutes(2), (await Assert.ThrowsAsync<ProblemException>(() => Run("f", "6"))).RetryAfter);

        for (var i = 0; i < 5; i++)
        {
            started[i].Finish();
            if (i < 3)
                await StartedAsync(1);
        }
        await Task.WhenAll([.. running, .. waiting]).WaitAsync(Patience);
    }

    [Fact]
    public async Task Equal_keys_are_computed_together_up_to_the_batch_size()
    {
        var before = new[] { Run("x", "1"), Run("y", "2") };
        await StartedAsync(2);
        var same = new[] { Run("a", "3"), Run("a", "4"), Run("a", "5") };
        started[0].Finish();
        started[1].Finish();
        await StartedAsync(2);
        Assert.Equal([["3", "4"], ["5"]], started.Skip(2).Select(held => held.Inputs).OrderByDescending(inputs => inputs.Count));
        started[2].Finish();
        started[3].Finish();
        Assert.Equal(["1!", "2!", "3!", "4!", "5!"], await Task.WhenAll([.. before, .. same]).WaitAsync(Patience));
    }

    [Fact]
    public async Task A_fault_fails_one_input_and_an_exception_the_whole_batch()
    {
        var before = new[] { Run("x", "1"), Run("y", "2") };
        await StartedAsync(2);
        var (good, bad) = (Run("a", "3"), Run("a", "bad"));
        var second = started.Single(held => held.Inputs[0] == "2");
        started.Single(held => held.Inputs[0] == "1").Finish();
        await StartedAsync(1);
        started[2].Finish();
        Assert.Equal("3!", await good.WaitAsync(Patience));
        Assert.Equal(422, (await Assert.ThrowsAsync<ProblemException>(() => bad.WaitAsync(Patience))).Status);
        second.Fail(new InvalidDataException("broken"));
        await Assert.ThrowsAsync<InvalidDataException>(() => before[1].WaitAsync(Patience));
        await before[0].WaitAsync(Patience);
    }

    [Fact]
    public async Task A_computation_is_canceled_only_when_every_caller_has_left()
    {
        using var one = new CancellationTokenSource();
        using var other = new CancellationTokenSource();
        var before = new[] { Run("x", "1"), Run("y", "2") };
        await StartedAsync(2);
        var (first, second) = (Run("a", "3", cancellation: one.Token), Run("a", "4", cancellation: other.Token));
        started[0].Finish();
        await StartedAsync(1);
        await one.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.WaitAsync(Patience));
        Assert.False(started[2].Stop.IsCancellationRequested);
        await other.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.WaitAsync(Patience));
        Assert.True(started[2].Stop.IsCancellationRequested);
        started[2].Finish();
        started[1].Finish();
        await Task.WhenAll(before).WaitAsync(Patience);
    }

    [Fact]
    public async Task A_caller_that_leaves_the_queue_frees_its_place_and_is_not_computed()
    {
        using var gone = new CancellationTokenSource();
        var before = new[] { Run("x", "1"), Run("y", "2") };
        await StartedAsync(2);
        var leaving = new[] { Run("a", "3", cancellation: gone.Token), Run("b", "4", cancellation: gone.Token), Run("c", "5", cancellation: gone.Token) };
        await Assert.ThrowsAsync<ProblemException>(() => Run("d", "6"));
        await gone.CancelAsync();
        foreach (var task in leaving)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.WaitAsync(Patience));
        var next = Run("d", "6");
        started[0].Finish();
        await StartedAsync(1);
        Assert.Equal(["6"], started[2].Inputs);
        started[1].Finish();
        started[2].Finish();
        Assert.Equal(["1!", "2!", "6!"], await Task.WhenAll([.. before, next]).WaitAsync(Patience));
    }

    private Task<string> Run(string key, string input, bool refuseWhenFull = true, CancellationToken cancellation = default) =>
        queue.RunAsync<string, string>(key, input, ComputeAsync, refuseWhenFull, cancellation);

    private async Task<IReadOnlyList<Outcome<string>>> ComputeAsync(IReadOnlyList<string> inputs, CancellationToken stop)
    {
        var held = new Held(inputs, stop);
        lock (started)
            started.Add(held);
        starts.Release();
        await held.Done;
        return [.. inputs.Select(input => input == "bad" ? new Outcome<string>(null, new ProblemException(422, "bad")) : new Outcome<string>($"{input}!", null))];
    }

    private async Task StartedAsync(int more)
    {
        for (var i = 0; i < more; i++)
            Assert.True(await starts.WaitAsync(Patience));
    }

    private sealed class HandClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }

    private sealed class Held(IReadOnlyList<string> inputs, CancellationToken stop)
    {
        private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<string> Inputs => inputs;

        public CancellationToken Stop => stop;

        public Task Done => done.Task;

        public void Finish() => done.SetResult();

        public void Fail(Exception error) => done.SetException(error);
    }
}
