using System.Threading.Channels;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Client.Work;

namespace Linnaeus.Trainer.Runs;

/// <summary>Carries metrics of single steps to the Registry beside the training, which never waits for them.</summary>
internal sealed class MetricFeed : IAsyncDisposable
{
    private const int Capacity = 10_000;

    private readonly Channel<Metric> queue =
        Channel.CreateBounded<Metric>(new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly RunRecord run;
    private readonly Task sending;
    private readonly CancellationToken cancellationToken;

    public MetricFeed(RunRecord run, CancellationToken cancellationToken)
    {
        (this.run, this.cancellationToken) = (run, cancellationToken);
        sending = Task.Run(SendAsync, CancellationToken.None);
    }

    /// <summary>Queues a value. In a long outage the newest ones are kept.</summary>
    public void Add(string key, double value, long step) => queue.Writer.TryWrite(new Metric(key, value, DateTimeOffset.UtcNow, step));

    /// <summary>Waits until everything queued is sent; throws what kept it from being sent.</summary>
    public async Task FlushAsync()
    {
        queue.Writer.TryComplete();
        await sending;
    }

    /// <summary>Ends without a word about what could not be sent: the training itself has already failed or stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await Task.WhenAny(sending);
    }

    private async Task SendAsync()
    {
        using var quiet = new QuietRequests();
        while (await queue.Reader.WaitToReadAsync(cancellationToken))
        {
            var metrics = new List<Metric>();
            while (queue.Reader.TryRead(out var metric))
                metrics.Add(metric);
            await run.LogMetricsAsync(metrics, cancellationToken);
        }
    }
}
