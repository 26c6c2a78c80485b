using Linnaeus.Vision.Augmentation;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Networks;
using Linnaeus.Vision.Randomness;
using TorchSharp;

using static TorchSharp.torch;

namespace Linnaeus.Vision.Tests;

public sealed class AugmentationPipelineTests
{
    private static Tensor Images(int count, int side, int seed = 1)
    {
        var bytes = new byte[count * 3 * side * side];
        new Random(seed).NextBytes(bytes);
        using var rows = tensor(bytes, [count, side, side, 3], dtype: ScalarType.Byte);
        return rows.permute(0, 3, 1, 2);
    }

    [Fact]
    public void None_only_normalizes()
    {
        using var images = Images(2, 8);
        using var actual = AugmentationPresets.Create(AugmentationPreset.None, 8).Apply(images, 1, 1, 1);
        Assert.Equal(ScalarType.Float32, actual.dtype);
        Assert.True(ChannelsLast.Has(actual));
        foreach (var (channel, mean, std) in new[] { (0, 0.485, 0.229), (1, 0.456, 0.224), (2, 0.406, 0.225) })
            Assert.Equal((images[1, channel, 3, 5].ToDouble() / 255 - mean) / std, actual[1, channel, 3, 5].ToDouble(), 1e-5);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("light")]
    [InlineData("keras")]
    [InlineData("advanced")]
    public void Draws_depend_only_on_seed_epoch_step_and_position(string preset)
    {
        var pipeline = AugmentationPresets.Create(Choice.Parse<AugmentationPreset>(preset), 16);
        using var images = Images(1, pipeline.SourceSize).expand(4, -1, -1, -1);
        byte[] Run(long seed, int epoch, int step)
        {
            using var result = pipeline.Apply(images, seed, epoch, step);
            Assert.Equal([4, 3, 16, 16], result.shape);
            Assert.True(ChannelsLast.Has(result));
            using var packed = result.contiguous();
            return packed.bytes.ToArray();
        }

        var first = Run(5, 2, 7);
        Assert.Equal(first, Run(5, 2, 7));
        if (preset == "none")
            return;
        Assert.NotEqual(first, Run(6, 2, 7));
        Assert.NotEqual(first, Run(5, 3, 7));
        Assert.NotEqual(first, Run(5, 2, 8));
        Assert.NotEqual(first[..(first.Length / 4)], first[(first.Length / 4)..(first.Length / 2)]);
    }

    [Fact]
    public void The_keras_preset_logs_its_effective_ranges()
    {
        var facts = AugmentationPresets.Create(AugmentationPreset.Keras, 64).Describe();
        Assert.Equal("[-45, 45] degrees, positive is counterclockwise", facts["augmentation.random_rotation"]);
        Assert.Equal("[0.2, 0.3], positive shrinks the image", facts["augmentation.random_zoom"]);
        Assert.Equal("height [-0.2, 0.3], width [-0.2, 0.3], positive is down and right", facts["augmentation.random_translation"]);
        Assert.Equal("[-0.5, 0.5] of the value range [0, 255]", facts["augmentation.random_brightness"]);
        Assert.Equal("factor [0.5, 1.5] about each channel's mean, one per image", facts["augmentation.random_contrast"]);
        Assert.Contains("independently with p=0.5", facts["augmentation.random_flip"], StringComparison.Ordinal);
    }

    [Fact]
    public void The_advanced_preset_logs_its_effective_ranges()
    {
        var facts = AugmentationPresets.Create(AugmentationPreset.Advanced, 64).Describe();
        Assert.Equal("area [0.25, 1], aspect [0.75, 1.3333333333333333]", facts["augmentation.random_resized_crop"]);
        Assert.Equal("[-30, 30] degrees, positive is counterclockwise", facts["augmentation.random_rotation"]);
        Assert.Equal("factor [0.5, 1.5] about each pixel's gray, one per image", facts["augmentation.random_saturation"]);
        Assert.StartsWith("p=0.5, area [0.02, 0.25]", facts["augmentation.random_erasing"], StringComparison.Ordinal);
    }

    [Fact]
    public void Erased_boxes_have_the_mean_color_and_the_areas_asked_for()
    {
        using var scope = NewDisposeScope();
        const int count = 400, side = 40;
        var images = full([count, 3, side, side], 7, dtype: ScalarType.Float32);
        var random = Enumerable.Range(0, count).Select(i => new CounterRandom(1, RandomPurpose.Augmentation, 1, 1, i)).ToArray();
        var erased = new RandomErasing(0.5, new DrawRange(0.02, 0.25), new DrawRange(0.3, 1 / 0.3)).Apply(images, random);
        var shares = erased.ne(7).to(ScalarType.Float32).mean([1, 2, 3]).data<float>().ToArray().Where(share => share > 0).ToArray();
        Assert.InRange(shares.Length, 160, 240);
        Assert.InRange(shares.Min(), 0.015, 0.04);
        Assert.InRange(shares.Max(), 0.2, 0.27);
        // Erased pixels have the color that normalizes to 0.
        var colors = erased.select(1, 1).masked_select(erased.select(1, 1).ne(7));
        Assert.InRange(colors.sub(255 * 0.456f).abs().max().ToDouble(), 0, 1e-3);
    }

    [Fact]
    public void Saturation_moves_colors_about_their_luma()
    {
        using var image = tensor(new float[] { 200, 100, 50 }, [1, 3, 1, 1]);
        // Luma 0.299 * 200 + 0.587 * 100 + 0.114 * 50 = 124.2.
        foreach (var (factor, expected) in new (float, float[])[] { (0, [124.2f, 124.2f, 124.2f]), (1, [200, 100, 50]), (1.5f, [237.9f, 87.9f, 12.9f]) })
        {
            using var changed = RandomSaturation.Adjust(image.clone(), [factor]);
            Assert.Equal(expected, changed.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-3);
        }
    }

    [Fact]
    public void Draws_fill_their_ranges_and_coins_are_fair()
    {
        var size = new FrameSize(40, 40);
        var flips = new Dictionary<(double, double), int>();
        var (angles, zooms) = (new List<double>(), new List<double>());
        for (var i = 0; i < 2000; i++)
        {
            var random = new CounterRandom(1, RandomPurpose.Augmentation, 1, 1, i);
            var flip = new RandomFlip(true, true).Draw(ref random, size, size);
            flips[(flip.A0, flip.B1)] = flips.GetValueOrDefault((flip.A0, flip.B1)) + 1;
            var turn = new RandomRotation(new DrawRange(-45, 45)).Draw(ref random, size, size);
            angles.Add(Math.Atan2(turn.B0, turn.A0) * 180 / Math.PI);
            zooms.Add(new RandomZoom(new DrawRange(0.2, 0.3)).Draw(ref random, size, size).A0);
        }
        Assert.Equal(4, flips.Count);
        Assert.All(flips.Values, count => Assert.InRange(count, 430, 570));
        Assert.InRange(angles.Min(), -45.0, -44.5);
        Assert.InRange(angles.Max(), 44.5, 45.0);
        Assert.InRange(zooms.Min(), 1.2, 1.201);
        Assert.InRange(zooms.Max(), 1.299, 1.3);
    }

    [Fact]
    public void Random_crops_stay_inside_and_have_the_areas_and_shapes_asked_for()
    {
        var (source, target) = (new FrameSize(80, 80), new FrameSize(64, 64));
        var crop = new RandomResizedCrop(new DrawRange(0.35, 1), new DrawRange(0.75, 4.0 / 3));
        var areas = new List<double>();
        for (var i = 0; i < 2000; i++)
        {
            var random = new CounterRandom(2, RandomPurpose.Augmentation, 1, 1, i);
            var map = crop.Draw(ref random, source, target);
            var (width, height) = (map.A0 * 64, map.B1 * 64);
            areas.Add(width * height / 6400);
            Assert.InRange(width / height, 0.7499, 1.3334);
            Assert.InRange(map.A2 + 0.5 - 0.5 * map.A0, -1e-9, 80 - width + 1e-9);
            Assert.InRange(map.B2 + 0.5 - 0.5 * map.B1, -1e-9, 80 - height + 1e-9);
        }
        Assert.InRange(areas.Min(), 0.35, 0.36);
        Assert.InRange(areas.Max(), 0.95, 1);
    }

    [Fact]
    public void Composed_maps_equal_one_step_after_the_other()
    {
        // A turn by 90 degrees, a mirroring and shifts by whole pixels lose nothing, so that both ways must agree exactly inside.
        using var images = Images(1, 10).to(ScalarType.Float32);
        AffineMap[] steps = [AffineMap.Rotation(90, 10, 10), AffineMap.Flip(true, false, 10, 10), AffineMap.Translation(0.2, -0.1, 10, 10)];
        using var scope = NewDisposeScope();
        var sequential = images;
        var composed = AffineMap.Identity;
        foreach (var step in steps)
        {
            sequential = Resampling.Apply(sequential, [step], 10, 10);
            composed = step.After(composed);
        }
        var together = Resampling.Apply(images, [composed], 10, 10);
        Assert.True(together.sub(sequential).abs().max().ToDouble() < 0.01);
    }

    [Fact]
    public void A_crop_of_the_whole_image_is_a_resize_about_pixel_areas()
    {
        using var images = tensor(new float[] { 0, 10, 20, 30, 0, 10, 20, 30 }, [1, 1, 2, 4]);
        using var half = Resampling.Apply(images, [AffineMap.Crop(0, 0, 4, 2, 2, 1)], 1, 2);
        Assert.Equal([5f, 25f], half.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-3);
    }

    [Fact]
    public void Invalid_ranges_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new DrawRange(1.5, 1.5));
        Assert.Throws<ArgumentException>(() => new DrawRange(0.3, 0.2));
        Assert.Throws<ArgumentException>(() => new DrawRange(double.NaN, 1));
        Assert.Throws<ArgumentException>(() => new RandomZoom(new DrawRange(-1, 0.3)));
        Assert.Throws<ArgumentException>(() => new RandomContrast(new DrawRange(-0.5, 0.5)));
        Assert.Throws<ArgumentException>(() => new RandomResizedCrop(new DrawRange(0, 1), new DrawRange(0.5, 2)));
        Assert.Throws<ArgumentException>(() => new RandomSaturation(new DrawRange(-0.5, 0.5)));
        Assert.Throws<ArgumentException>(() => new RandomErasing(0, new DrawRange(0.1, 0.2), new DrawRange(0.5, 2)));
        Assert.Throws<ArgumentException>(() => new RandomErasing(0.5, new DrawRange(0.1, 1), new DrawRange(0.5, 2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => AugmentationPresets.Create((AugmentationPreset)99, 64));
        using var floats = zeros(1, 3, 8, 8);
        Assert.Contains("uint8", Assert.Throws<ArgumentException>(() => AugmentationPresets.Create(AugmentationPreset.Keras, 8).Apply(floats, 1, 1, 1)).Message, StringComparison.Ordinal);
    }
}
