using System.Threading.Channels;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Client.Work;

namespace Linnaeus.Trainer.Runs;

/// <summary>Sends step metrics to the Registry in the background, so that training never waits for them.</summary>
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

    /// <summary>Queues a value. During a long outage only the newest are kept.</summary>
    public void Add(string key, double value, long step) => queue.Writer.TryWrite(new Metric(key, value, DateTimeOffset.UtcNow, step));

    /// <summary>Waits until all values are sent; throws if sending failed.</summary>
    public async Task FlushAsync()
    {
        queue.Writer.TryComplete();
        await sending;
    }

    /// <summary>Stops silently: if values are unsent, the run itself has already failed or stopped.</summary>
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
