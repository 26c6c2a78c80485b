using System.Security.Cryptography;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Data.Flowers;
using Linnaeus.Vision.Imaging;

namespace Linnaeus.Vision.Tests;

public sealed class DatasetSyntheticTests
{
    [Fact]
    public async Task Splits_have_the_sizes_asked_for_and_labels_follow_the_class_names()
    {
        var dataset = await Open(new SyntheticFlowersOptions { Classes = 3, TrainPerClass = 4, ValPerClass = 2, TestPerClass = 1 });
        Assert.Equal(["buttercup", "daisy", "sunflower"], dataset.Classes);
        Assert.Equal((12, 6, 3), (dataset.Train.Count, dataset.Validation.Count, dataset.Test.Count));
        Assert.All(dataset.All, sample => Assert.Equal(dataset.Classes[sample.Label], sample.Id.Split('/')[1]));
    }

    [Fact]
    public async Task Drawings_repeat_and_differ_by_seed_index_and_split()
    {
        var drawing = new SyntheticFlowersOptions { Classes = 2, TrainPerClass = 2, ValPerClass = 0, TestPerClass = 2, Side = 48 };
        var (first, second, other) = (await Open(drawing), await Open(drawing), await Open(drawing with { Seed = 2 }));
        Assert.Equal(Images(first), Images(second));
        Assert.Equal(first.Fingerprint, second.Fingerprint);
        Assert.NotEqual(first.Fingerprint, other.Fingerprint);
        Assert.Equal(16, Images(first).Concat(Images(other)).Distinct().Count());
    }

    // Pinned so that a change of the drawing, or a platform that computes it differently, is noticed: raise FlowerScene.Version then.
    [Fact]
    public async Task Drawings_of_this_version_are_these()
    {
        var dataset = await Open(new SyntheticFlowersOptions { Classes = 12, TrainPerClass = 1, ValPerClass = 0, TestPerClass = 1, Side = 64 });
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var sample in dataset.All)
            sha.AppendData(sample.Source.Load().Pixels);
        Assert.Equal($"version 1: {PinnedHash}", $"version {FlowerScene.Version}: {Convert.ToHexStringLower(sha.GetHashAndReset())}");
    }

    [Fact]
    public async Task The_mask_covers_the_flower_and_not_the_ground()
    {
        var dataset = await Open(new SyntheticFlowersOptions { Classes = 12, TrainPerClass = 3, ValPerClass = 0, TestPerClass = 1, Side = 96 });
        foreach (var sample in dataset.Train)
        {
            var mask = sample.Source.LoadMask()!;
            Assert.Equal((96, 96), (mask.Width, mask.Height));
            Assert.InRange(mask.Coverage.Average(value => value / 255.0), 0.03, 0.6);
            Assert.True(mask.Coverage.Max() == 255 && mask[0, 0] == 0 && mask[95, 95] == 0);
        }
    }

    [Fact]
    public void Exact_sine_and_cosine_agree_with_the_platforms()
    {
        for (var i = -50; i <= 50; i++)
        {
            var turns = i * 0.0437;
            var (cos, sin) = ExactMath.CosSin(turns);
            Assert.Equal(Math.Cos(turns * 2 * Math.PI), cos, 1e-12);
            Assert.Equal(Math.Sin(turns * 2 * Math.PI), sin, 1e-12);
        }
    }

    [Fact]
    public async Task Options_out_of_range_are_refused()
    {
        foreach (var options in new[] { new SyntheticFlowersOptions { Classes = 13 }, new() { Classes = 1 }, new() { TrainPerClass = 0 }, new() { Side = 16 } })
            await Assert.ThrowsAsync<DatasetException>(() => Open(options));
        await Assert.ThrowsAsync<DatasetException>(() => Datasets.OpenAsync(SyntheticFlowers.Name, new DatasetOptions { ValidationFraction = 0.7 }));
    }

    private const string PinnedHash = "47e310e8ebb01c99b0257ecd5e36328cff5356f49b71740031e1a00c26d2b899";

    private static Task<Dataset> Open(SyntheticFlowersOptions drawing) => Datasets.OpenAsync(SyntheticFlowers.Name, new DatasetOptions { Synthetic = drawing, ValidationFraction = 0 });

    private static List<string> Images(Dataset dataset) =>
        [.. dataset.All.Select(sample => Convert.ToHexString(SHA256.HashData(sample.Source.Load().Pixels)))];
}
