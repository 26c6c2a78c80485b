using System.Runtime.ExceptionServices;
using Linnaeus.Vision.Randomness;

namespace Linnaeus.Vision.Data;

/// <summary>
/// Prefetches batches of decoded squares (shorter side scaled to the size, center-cropped).
/// Order and batches depend only on (seed, epoch), not on the number of threads.
/// </summary>
public sealed class ImageLoader
{
    private readonly IReadOnlyList<Sample> _samples;
    private readonly LoaderOptions _options;
    private readonly ImageCache _cache;
    private readonly ClassRepeats? _repeats;

    /// <exception cref="ArgumentException">There are no samples, or an option is out of range.</exception>
    public ImageLoader(IReadOnlyList<Sample> samples, LoaderOptions options)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Prefetch);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.CacheBytes);
        if (options is { Oversample: true, Shuffle: false })
            throw new ArgumentException("Oversampling requires shuffling.", nameof(options));
        if (samples.Count == 0)
            throw new ArgumentException("There are no images to load.", nameof(samples));
        (_samples, _options) = (samples, options);
        _cache = new ImageCache(samples, options.Size, options.CacheBytes);
        _repeats = options.Oversample ? new ClassRepeats(samples, options.Seed) : null;
    }

    /// <summary>Samples per epoch, including repeats when oversampling.</summary>
    public int SampleCount => _repeats?.Count ?? _samples.Count;

    /// <summary>Samples read per epoch: fewer than <see cref="SampleCount"/> if a short last batch is dropped.</summary>
    public int Count => Math.Min(SampleCount, BatchCount * _options.BatchSize);

    /// <summary>Batches in an epoch.</summary>
    public int BatchCount => _options.DropLast && SampleCount >= _options.BatchSize
        ? SampleCount / _options.BatchSize
        : (SampleCount + _options.BatchSize - 1) / _options.BatchSize;

    /// <summary>Number of images cached in memory.</summary>
    public int CacheCapacity => _cache.Capacity;

    /// <summary>Sample indices of an epoch in reading order, [<see cref="SampleCount"/>].</summary>
    /// <param name="epoch">Any number; training starts at 1.</param>
    public int[] Order(int epoch)
    {
        int[] order = _repeats?.Draw(epoch) ?? [.. Enumerable.Range(0, SampleCount)];
        if (_options.Shuffle)
            new CounterRandom(_options.Seed, RandomPurpose.EpochOrder, epoch).Shuffle(order.AsSpan());
        return order;
    }

    /// <summary>Reads one epoch. The caller owns each batch; leaving the loop early stops the threads.</summary>
    /// <param name="epoch">Determines the order.</param>
    /// <param name="firstBatch">Batches to skip at the beginning when resuming: 0 to <see cref="BatchCount"/>.</param>
    /// <param name="cancellation">Stops reading with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="Imaging.ImageFormatException">A file was changed or removed since the dataset was opened.</exception>
    public IEnumerable<PixelBatch> ReadEpoch(int epoch, int firstBatch = 0, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstBatch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstBatch, BatchCount);
        var order = Order(epoch);
        return _options.Prefetch == 0
            ? Enumerable.Range(firstBatch, BatchCount - firstBatch).Select(number => Build(order, number, cancellation))
            : ReadAhead(order, firstBatch, cancellation);
    }

    private IEnumerable<PixelBatch> ReadAhead(int[] order, int firstBatch, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var ahead = new Queue<Task<PixelBatch>>();
        var next = firstBatch;

        void TopUp()
        {
            while (next < BatchCount && ahead.Count < _options.Prefetch)
            {
                var number = next++;
                ahead.Enqueue(Task.Run(() => Build(order, number, stop.Token)));
            }
        }

        try
        {
            TopUp();
            while (ahead.TryDequeue(out var first))
            {
                var batch = first.GetAwaiter().GetResult();
                TopUp();
                yield return batch;
            }
        }
        finally
        {
            stop.Cancel();
            foreach (var unread in ahead)
                Discard(unread);
        }
    }

    /// <summary>Waits for an unread batch to free its buffer; its fault no longer matters.</summary>
    private static void Discard(Task<PixelBatch> unread)
    {
        ((Task)unread).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        if (unread.IsCompletedSuccessfully)
            unread.Result.Dispose();
    }

    private PixelBatch Build(int[] order, int number, CancellationToken cancellation)
    {
        var start = number * _options.BatchSize;
        var indices = order.AsSpan(start, Math.Min(_options.BatchSize, order.Length - start)).ToArray();
        var batch = new PixelBatch(number, indices, _samples, _options.Size, _options.Pinned);
        try
        {
            if (_options.Threads == 1)
                ReadInTurn(batch, indices, cancellation);
            else
                ReadAtOnce(batch, indices, cancellation);
            return batch;
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    private void ReadInTurn(PixelBatch batch, int[] indices, CancellationToken cancellation)
    {
        for (var i = 0; i < indices.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            _cache.CopyTo(indices[i], batch.Image(i));
        }
    }

    private void ReadAtOnce(PixelBatch batch, int[] indices, CancellationToken cancellation)
    {
        var threads = new ParallelOptions { MaxDegreeOfParallelism = _options.Threads, CancellationToken = cancellation };
        try
        {
            Parallel.For(0, indices.Length, threads, i => _cache.CopyTo(indices[i], batch.Image(i)));
        }
        catch (AggregateException several)
        {
            // One fault is enough to stop reading; each names its image.
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }
    }
}
