using Linnaeus.Vision.Augmentation;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Imaging;
using Linnaeus.Vision.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Tests;

public sealed class LoaderTests
{
    private static readonly LoaderOptions Options = new() { Size = 16, BatchSize = 4, Shuffle = true, Seed = 3 };

    /// <summary>A flat image whose level is its number, counting how often it is decoded.</summary>
    private sealed class Counted(byte level) : IImageSource
    {
        private int _loads;

        public int Loads => _loads;

        public Image Load(int? targetShorterSide = null)
        {
            Interlocked.Increment(ref _loads);
            var image = new Image(20, 24);
            image.Pixels.AsSpan().Fill(level);
            return image;
        }

        public Mask? LoadMask() => null;
    }

    private sealed class Broken : IImageSource
    {
        public Image Load(int? targetShorterSide = null) => throw new ImageFormatException("gone.jpg", "it cannot be read (gone)", "Restore it");

        public Mask? LoadMask() => null;
    }

    private static Sample[] Samples(int count) => [.. Enumerable.Range(0, count).Select(i => new Sample($"{i}", i % 3, new Counted((byte)i)))];

    private static List<(int[] Indices, byte[] Pixels)> Read(ImageLoader loader, int epoch, int firstBatch = 0)
    {
        var batches = new List<(int[], byte[])>();
        foreach (var batch in loader.ReadEpoch(epoch, firstBatch, TestContext.Current.CancellationToken))
        {
            batches.Add(([.. batch.Indices], batch.Pixels.ToArray()));
            batch.Dispose();
        }
        return batches;
    }

    [Fact]
    public void Oversampling_repeats_every_class_to_the_size_of_the_largest()
    {
        // 7, 2 and 3 images of the classes 0, 1, 2.
        int[] labels = [0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 2];
        Sample[] samples = [.. labels.Select((label, i) => new Sample($"{i}", label, new Counted((byte)i)))];
        var loader = new ImageLoader(samples, Options with { Oversample = true, DropLast = true });
        Assert.Equal((21, 5, 20), (loader.SampleCount, loader.BatchCount, loader.Count));

        var epochs = Enumerable.Range(1, 6).Select(loader.Order).ToArray();
        foreach (var order in epochs)
        {
            Assert.All(order.GroupBy(i => labels[i]), group => Assert.Equal(7, group.Count()));
            Assert.All(order.Where(i => labels[i] == 1).CountBy(i => i), count => Assert.InRange(count.Value, 3, 4));
            Assert.All(order.Where(i => labels[i] == 2).CountBy(i => i), count => Assert.InRange(count.Value, 2, 3));
        }

        Assert.Equal(epochs[0], new ImageLoader(samples, Options with { Oversample = true }).Order(1));
        Assert.Equal(2, epochs.Select(order => order.Where(i => labels[i] == 1).CountBy(i => i).MaxBy(count => count.Value).Key).Distinct().Count());
        Assert.Throws<ArgumentException>(() => new ImageLoader(samples, Options with { Oversample = true, Shuffle = false }));
    }

    [Fact]
    public void Balanced_weights_give_every_class_the_same_total()
    {
        Sample[] samples = [.. new[] { 0, 0, 0, 1, 3, 3 }.Select((label, i) => new Sample($"{i}", label, new Counted(0)))];
        Assert.Equal([6 / (3 * 3.0), 6 / (3 * 1.0), 1, 6 / (3 * 2.0)], ClassWeights.Balanced(samples, 4));
    }

    [Fact]
    public void An_epoch_is_a_permutation_that_the_seed_and_the_epoch_decide()
    {
        var samples = Samples(23);
        var loader = new ImageLoader(samples, Options);
        var first = Read(loader, 1);
        Assert.Equal(Enumerable.Range(0, 23), first.SelectMany(batch => batch.Indices).Order());
        Assert.Equal([4, 4, 4, 4, 4, 3], first.Select(batch => batch.Indices.Length));
        Assert.Equal(loader.Order(1), first.SelectMany(batch => batch.Indices));
        Assert.NotEqual(loader.Order(1), loader.Order(2));
        Assert.NotEqual(loader.Order(1), new ImageLoader(samples, Options with { Seed = 4 }).Order(1));
        Assert.Equal(Enumerable.Range(0, 23), new ImageLoader(samples, Options with { Shuffle = false }).Order(1));
        Assert.All(first, batch => Assert.Equal(batch.Indices.SelectMany(index => Enumerable.Repeat((byte)index, 16 * 16 * 3)), batch.Pixels));
    }

    [Fact]
    public void Batches_do_not_depend_on_threads_cache_or_where_reading_starts()
    {
        var samples = Samples(50);
        var expected = Read(new ImageLoader(samples, Options with { Prefetch = 0 }), 2);
        foreach (var options in new[] { Options with { Prefetch = 1 }, Options with { Prefetch = 5 }, Options with { Threads = 3 }, Options with { CacheBytes = 0 }, Options with { CacheBytes = 5000 } })
        {
            var loader = new ImageLoader(samples, options);
            _ = Read(loader, 1);
            Assert.Equal(expected, Read(loader, 2), Same);
            Assert.Equal(expected[7..], Read(loader, 2, firstBatch: 7), Same);
        }
        Assert.Empty(Read(new ImageLoader(samples, Options), 2, firstBatch: 13));

        static bool Same((int[] Indices, byte[] Pixels) a, (int[] Indices, byte[] Pixels) b) => a.Indices.SequenceEqual(b.Indices) && a.Pixels.SequenceEqual(b.Pixels);
    }

    [Fact]
    public void What_fits_in_the_cache_is_decoded_once()
    {
        var samples = Samples(10);
        var loader = new ImageLoader(samples, Options with { CacheBytes = 6 * 16 * 16 * 3 });
        Assert.Equal(6, loader.CacheCapacity);
        for (var epoch = 1; epoch <= 3; epoch++)
            _ = Read(loader, epoch);
        Assert.Equal([1, 1, 1, 1, 1, 1, 3, 3, 3, 3], samples.Select(sample => ((Counted)sample.Source).Loads));
    }

    [Fact]
    public void A_short_last_batch_is_left_out_on_request_but_never_the_only_one()
    {
        var loader = new ImageLoader(Samples(23), Options with { DropLast = true });
        Assert.Equal((5, 20), (loader.BatchCount, loader.Count));
        Assert.Equal(5, Read(loader, 1).Count);
        var small = new ImageLoader(Samples(3), Options with { DropLast = true });
        Assert.Equal((1, 3), (small.BatchCount, small.Count));
        Assert.Equal((6, 23), (new ImageLoader(Samples(23), Options).BatchCount, new ImageLoader(Samples(23), Options).Count));
        Assert.Throws<ArgumentException>(() => new ImageLoader([], Options));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Canceling_or_leaving_early_stops_reading(int threads)
    {
        var samples = Samples(200);
        var loader = new ImageLoader(samples, Options with { CacheBytes = 0, Threads = threads });
        using var stop = new CancellationTokenSource();
        var seen = 0;
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            foreach (var batch in loader.ReadEpoch(1, 0, stop.Token))
            {
                batch.Dispose();
                if (++seen == 3)
                    stop.Cancel();
            }
        });
        Assert.InRange(seen, 3, 6);

        foreach (var batch in loader.ReadEpoch(1, 0, TestContext.Current.CancellationToken))
        {
            batch.Dispose();
            break;
        }
        var loads = samples.Sum(sample => ((Counted)sample.Source).Loads);
        Assert.InRange(loads, 16, 60);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_file_that_became_corrupt_is_reported_not_skipped(int threads)
    {
        Sample[] samples = [.. Samples(9), new Sample("gone", 0, new Broken())];
        var fault = Assert.Throws<ImageFormatException>(() => Read(new ImageLoader(samples, Options with { Threads = threads }), 1));
        Assert.Equal("gone.jpg", fault.File);
    }

    [Fact]
    public void A_batch_source_gives_normalized_channels_last_tensors_with_labels_and_ids()
    {
        var source = BatchSource.ForEvaluation(Samples(7), imageSize: 16, batchSize: 4, CPU);
        Assert.Equal((7, 2), (source.Count, source.BatchCount));
        var ids = new List<string>();
        foreach (var batch in source.ReadEpoch(1, 0, TestContext.Current.CancellationToken))
        {
            using (batch)
            {
                Assert.Equal([batch.Count, 3, 16, 16], batch.Images.shape);
                Assert.True(ChannelsLast.Has(batch.Images));
                var labels = batch.Labels.data<long>().ToArray();
                for (var i = 0; i < batch.Count; i++)
                {
                    var level = int.Parse(batch.Ids[i], System.Globalization.CultureInfo.InvariantCulture);
                    Assert.Equal(level % 3, labels[i]);
                    Assert.Equal((level / 255.0 - 0.485) / 0.229, batch.Images[i, 0, 5, 5].ToDouble(), 1e-5);
                    Assert.Equal((level / 255.0 - 0.406) / 0.225, batch.Images[i, 2, 9, 1].ToDouble(), 1e-5);
                }
                ids.AddRange(batch.Ids);
            }
        }
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6"], ids);
    }

    [Fact]
    public void Training_batches_of_a_resumed_epoch_equal_those_of_an_uninterrupted_one()
    {
        BatchSource Source() => BatchSource.ForTraining(Samples(40), AugmentationPresets.Create(AugmentationPreset.Keras, 16), batchSize: 8, seed: 9, CPU);
        var whole = Source().ReadEpoch(4, 0, TestContext.Current.CancellationToken).ToList();
        var rest = Source().ReadEpoch(4, 3, TestContext.Current.CancellationToken).ToList();
        Assert.Equal((5, 2), (whole.Count, rest.Count));
        foreach (var (a, b) in whole[3..].Zip(rest))
        {
            Assert.Equal(a.Ids, b.Ids);
            Assert.True(a.Images.allclose(b.Images, 0, 0));
        }
        whole.Concat(rest).ToList().ForEach(batch => batch.Dispose());
    }

    [Fact]
    public void One_image_is_prepared_as_a_split_is()
    {
        using var batch = BatchSource.ForEvaluation(Samples(2), 16, 2, CPU).ReadEpoch(1, 0, TestContext.Current.CancellationToken).Single();
        using var prepared = BatchSource.Prepare(Samples(2)[1].Source.Load(), 16, CPU);
        using var second = batch.Images[1].unsqueeze(0);
        Assert.True(prepared.allclose(second, 0, 0));
    }
}
