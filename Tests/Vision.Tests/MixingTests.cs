using System.Text.Json;
using Linnaeus.Vision.Augmentation;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Imaging;
using Linnaeus.Vision.Networks;
using Linnaeus.Vision.Randomness;
using TorchSharp;

using static TorchSharp.torch;

namespace Linnaeus.Vision.Tests;

public sealed class MixingTests
{
    private sealed class Flat(byte level) : IImageSource
    {
        public Image Load(int? targetShorterSide = null)
        {
            var image = new Image(20, 20);
            image.Pixels.AsSpan().Fill(level);
            return image;
        }

        public Mask? LoadMask() => null;
    }

    [Fact]
    public void Mixup_and_CutMix_give_Keras_numbers()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllText(SharedData.Locate("../reference/augment_vectors.json")));
        var compared = 0;
        foreach (var vector in vectors.RootElement.EnumerateArray())
        {
            var parameters = vector.GetProperty("params");
            var operation = parameters.GetProperty("op").GetString()!;
            if (!operation.StartsWith("mixup", StringComparison.Ordinal) && !operation.StartsWith("cutmix", StringComparison.Ordinal))
                continue;
            using var scope = NewDisposeScope();
            double[] Numbers(string name) => [.. parameters.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];
            var (shares, partners) = (Array.ConvertAll(Numbers("lam"), share => (float)share), Array.ConvertAll(Numbers("perm"), place => (long)place));
            var actual = operation switch
            {
                "mixup" => Mixup.Blend(Images(vector.GetProperty("input")), shares, partners),
                "cutmix" => CutMix.Paste(
                    Images(vector.GetProperty("input")),
                    [.. shares.Select((share, i) => CutMix.Box(share, Numbers("ux")[i], Numbers("uy")[i], 4, 4))], partners),
                _ => Mixer(MixingKind.Mixup).SoftLabels(tensor([0L, 1L]), shares, partners),
            };
            var expected = operation.EndsWith("labels", StringComparison.Ordinal) ? Matrix(vector.GetProperty("expected")) : Images(vector.GetProperty("expected"));
            Assert.Equal(expected.shape, actual.shape);
            Assert.InRange(actual.sub(expected).abs().max().ToDouble(), 0, 2e-5);
            compared++;
        }
        Assert.Equal(4, compared);
    }

    [Theory]
    [InlineData(MixingKind.Mixup)]
    [InlineData(MixingKind.CutMix)]
    [InlineData(MixingKind.Alternate)]
    public void Images_and_labels_are_mixed_by_the_same_shares(MixingKind kind)
    {
        // Image i has the value i everywhere, so its mean gives the weight that its labels must have.
        const int count = 8, side = 32;
        using var scope = NewDisposeScope();
        var labels = arange(count, dtype: ScalarType.Int64);
        var images = labels.to(ScalarType.Float32).reshape(count, 1, 1, 1).expand(-1, 3, side, side);
        var mixer = Mixer(kind, count);
        for (var step = 0; step < 6; step++)
        {
            var (mixed, soft) = mixer.Mix(images, labels, seed: 3, epoch: 1, step)!.Value;
            Assert.True(ChannelsLast.Has(mixed));
            Assert.InRange(soft.sum(1).sub(1).abs().max().ToDouble(), 0, 1e-6);
            var means = soft.mul(labels.to(ScalarType.Float32)).sum(1);
            // A box's area is real-valued: off the pixel count by a row and a column at the most.
            var tolerance = IsMixup(mixed) ? 1e-5 : count * 2.0 / side;
            Assert.InRange(mixed.mean([1, 2, 3]).sub(means).abs().max().ToDouble(), 0, tolerance);
            if (kind != MixingKind.Alternate)
                Assert.Equal(kind == MixingKind.Mixup, IsMixup(mixed));
            else if (!soft.max(1).values.min().ToDouble().Equals(1))
                Assert.Equal(step % 2 == 0, IsMixup(mixed));
        }

        // Blended images are flat; boxes leave edges.
        static bool IsMixup(Tensor mixed) => mixed.amax([1, 2, 3]).sub(mixed.amin([1, 2, 3])).max().ToDouble() < 1e-6;
    }

    [Fact]
    public void Draws_depend_only_on_seed_epoch_and_step()
    {
        using var scope = NewDisposeScope();
        var (images, labels) = (rand([6, 3, 8, 8]), tensor([0L, 1, 0, 1, 0, 1]));
        byte[] Run(long seed, int epoch, int step) => Mixer(MixingKind.Mixup).Mix(images, labels, seed, epoch, step)!.Value.Images.contiguous().bytes.ToArray();

        var first = Run(1, 2, 3);
        Assert.Equal(first, Run(1, 2, 3));
        Assert.NotEqual(first, Run(2, 2, 3));
        Assert.NotEqual(first, Run(1, 3, 3));
        Assert.NotEqual(first, Run(1, 2, 4));
    }

    [Fact]
    public void Only_a_share_of_the_batches_is_mixed_and_none_after_the_last_mixed_epoch()
    {
        using var scope = NewDisposeScope();
        var (images, labels) = (rand([2, 3, 4, 4]), tensor([0L, 1]));
        var mixer = new BatchMixer(new MixingOptions(MixingKind.CutMix) { Probability = 0.25, LastEpoch = 5 }, 2);
        int Mixed(int epoch) => Enumerable.Range(0, 400).Count(step => mixer.Mix(images, labels, 1, epoch, step) is not null);

        Assert.InRange(Mixed(5), 70, 130);
        Assert.Equal(0, Mixed(6));
        Assert.Null(Mixer(MixingKind.Mixup).Mix(images[TensorIndex.Slice(0, 1)], labels[TensorIndex.Slice(0, 1)], 1, 1, 0));
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.2)]
    [InlineData(1.0)]
    [InlineData(4.0)]
    public void Shares_have_the_beta_distributions_mean_and_variance(double alpha)
    {
        var random = new CounterRandom(5, RandomPurpose.Mixing);
        var shares = new double[40_000];
        for (var i = 0; i < shares.Length; i++)
            shares[i] = random.Beta(alpha);
        Assert.All(shares, share => Assert.InRange(share, 0, 1));
        var mean = shares.Average();
        // Var Beta(a, a) = 1 / (4 (2 a + 1)).
        var variance = 1 / (4 * (2 * alpha + 1));
        Assert.Equal(0.5, mean, 0.01);
        Assert.Equal(variance, shares.Average(share => (share - mean) * (share - mean)), 0.02 * variance);
    }

    [Fact]
    public void Invalid_settings_are_refused()
    {
        foreach (var alpha in new[] { 0, -1, 11, double.NaN })
        {
            Assert.Throws<ArgumentException>(() => new BatchMixer(new MixingOptions(MixingKind.Mixup) { MixupAlpha = alpha }, 2));
            Assert.Throws<ArgumentException>(() => new BatchMixer(new MixingOptions(MixingKind.Mixup) { CutMixAlpha = alpha }, 2));
        }
        foreach (var probability in new[] { 0, 1.1, double.NaN })
            Assert.Throws<ArgumentException>(() => new BatchMixer(new MixingOptions(MixingKind.Mixup) { Probability = probability }, 2));
    }

    [Fact]
    public void A_resumed_epoch_is_mixed_the_same_way()
    {
        Sample[] samples = [.. Enumerable.Range(0, 12).Select(i => new Sample($"{i}", i % 3, new Flat((byte)(20 * i))))];
        var pipeline = AugmentationPresets.Create(AugmentationPreset.None, 16);
        var source = BatchSource.ForTraining(samples, pipeline, 4, seed: 9, CPU, mixer: Mixer(MixingKind.Alternate, 3));
        Assert.Null(source.Fixed);
        List<(byte[] Images, byte[] Labels)> Read(int firstBatch)
        {
            var batches = new List<(byte[], byte[])>();
            foreach (var batch in source.ReadEpoch(2, firstBatch, TestContext.Current.CancellationToken))
            {
                using (batch)
                using (var packed = batch.Images.contiguous())
                {
                    Assert.Equal([4, 3], batch.SoftLabels!.shape);
                    batches.Add((packed.bytes.ToArray(), batch.SoftLabels.bytes.ToArray()));
                }
            }
            return batches;
        }

        var whole = Read(0);
        Assert.Equal(3, whole.Count);
        Assert.Equal(whole[1..], Read(1), (a, b) => a.Images.SequenceEqual(b.Images) && a.Labels.SequenceEqual(b.Labels));
    }

    [Fact]
    public void Previews_show_nine_variations_and_a_row_for_each_mixing()
    {
        var image = new Image(40, 30);
        new Random(4).NextBytes(image.Pixels);
        var same = AugmentationPreviews.Variations(image, AugmentationPresets.Create(AugmentationPreset.None, 16), seed: 1);
        Assert.Equal((48, 48), (same.Width, same.Height));
        var square = ImageResizer.ResizeAndCrop(image, 16);
        for (var y = 0; y < 48; y++)
            for (var x = 0; x < 48; x++)
                Assert.Equal(square[x % 16, y % 16], same[x, y]);
        Assert.NotEqual(same.Pixels, AugmentationPreviews.Variations(image, AugmentationPresets.Create(AugmentationPreset.Advanced, 16), seed: 1).Pixels);

        Image[] flat = [.. new byte[] { 10, 90, 240 }.Select(level => new Flat(level).Load())];
        var rows = AugmentationPreviews.Mixing(flat, 16, new MixingOptions(MixingKind.Alternate), seed: 1);
        Assert.Equal((48, 48), (rows.Width, rows.Height));
        Assert.Equal(10, rows[3, 3][0]);
        Assert.Equal(240, rows[40, 3][0]);
        Assert.Equal(32, AugmentationPreviews.Mixing(flat, 16, new MixingOptions(MixingKind.CutMix), seed: 1).Height);
    }

    private static BatchMixer Mixer(MixingKind kind, int classes = 2) => new(new MixingOptions(kind), classes);

    /// <summary>Nested arrays [N, H, W, C] as a tensor [N, C, H, W].</summary>
    private static Tensor Images(JsonElement images)
    {
        long count = images.GetArrayLength(), height = images[0].GetArrayLength(), width = images[0][0].GetArrayLength();
        var values = images.EnumerateArray().SelectMany(rows => rows.EnumerateArray()).SelectMany(row => row.EnumerateArray())
            .SelectMany(pixel => pixel.EnumerateArray()).Select(value => value.GetSingle()).ToArray();
        return tensor(values, [count, height, width, values.Length / (count * height * width)]).permute(0, 3, 1, 2);
    }

    private static Tensor Matrix(JsonElement rows) => tensor(
        rows.EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(value => value.GetSingle()).ToArray(), [rows.GetArrayLength(), rows[0].GetArrayLength()]);
}
