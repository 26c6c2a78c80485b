using Linnaeus.Vision.Data;
using Linnaeus.Vision.Data.Duplicates;
using Linnaeus.Vision.Imaging;

namespace Linnaeus.Vision.Tests;

public sealed class DatasetDuplicatesTests
{
    private sealed class Fixed(Image image) : IImageSource
    {
        public Image Load(int? targetShorterSide = null) => image;

        public Mask? LoadMask() => null;
    }

    [Fact]
    public async Task A_tenth_of_the_real_test_photos_are_copies_of_training_photos()
    {
        var dataset = await Datasets.OpenAsync(
            $"folder:{SharedData.Locate("flowers12")}", new DatasetOptions { ValidationFraction = 0 }, TestContext.Current.CancellationToken);
        var pairs = await NearDuplicates.FindAsync(dataset, 2, TestContext.Current.CancellationToken);
        // 14 of 120 correlate above 0.9999 with a training photo, the next one at 0.88.
        Assert.Equal(14, pairs.Select(pair => pair.Id).Distinct().Count());
        Assert.All(pairs, pair =>
        {
            Assert.True(pair is { SameClass: true, Split: "test", OtherSplit: "train", Distance: <= 2 });
            Assert.InRange(pair.Correlation, 0.9999, 1.0001);
        });
        Assert.Contains(pairs, pair => pair is { Id: "test/iris/image_0434.jpg", OtherId: "train/iris/image_0467.jpg" });
    }

    [Fact]
    public async Task Copies_are_found_scaled_and_dimmed_between_all_splits_and_drawings_are_none()
    {
        var drawn = await Datasets.OpenAsync(
            "synthetic-flowers", new DatasetOptions { Synthetic = new SyntheticFlowersOptions { Classes = 3, TrainPerClass = 5, ValPerClass = 2, TestPerClass = 3 } },
            TestContext.Current.CancellationToken);
        Assert.Empty(await NearDuplicates.FindAsync(drawn, 2, TestContext.Current.CancellationToken));

        var original = drawn.Train[0].Source.Load();
        var scaled = ImageResizer.Resize(original, 151, 140);
        var dimmed = new Image(original.Width, original.Height, [.. original.Pixels.Select(value => (byte)(value * 4 / 5))]);
        var leaking = drawn with
        {
            Validation = [.. drawn.Validation, new Sample("val/copy", 0, new Fixed(scaled))],
            Test = [.. drawn.Test, new Sample("test/copy", 1, new Fixed(dimmed))],
        };
        var pairs = await NearDuplicates.FindAsync(leaking, 2, TestContext.Current.CancellationToken);
        var first = drawn.Train[0].Id;
        Assert.Equal(
            [("test/copy", first, false), ("test/copy", "val/copy", false), ("val/copy", first, true)],
            pairs.Select(pair => (pair.Id, pair.OtherId, pair.SameClass)));
    }

    [Fact]
    public void Flat_images_are_no_copies_of_one_another() =>
        Assert.Equal(0, PerceptualHash.Of(new Image(40, 40)).CorrelationWith(PerceptualHash.Of(new Image(40, 40))));

    [Fact]
    public void Class_balance_counts_every_split()
    {
        Sample Of(string id, int label) => new(id, label, new Fixed(new Image(8, 8)));
        var dataset = new Dataset
        {
            Name = "made",
            Classes = ["a", "b"],
            Fingerprint = "",
            SplitOrigin = "",
            Train = [Of("1", 0), Of("2", 1), Of("3", 1), Of("4", 1)],
            Validation = [Of("5", 0)],
            Test = [Of("6", 1), Of("7", 1)],
        };
        var balance = ClassBalance.Of(dataset);
        Assert.Equal(3, balance.Imbalance);
        Assert.Equal(new ClassCount("a", 1, 1, 0), balance.Smallest);
        Assert.Equal(new ClassCount("b", 3, 0, 2), balance.Largest);
        Assert.Equal(["a", "b"], balance.Classes.Select(count => count.Class));
    }
}
