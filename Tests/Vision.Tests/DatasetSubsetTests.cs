using Linnaeus.Vision.Data;

namespace Linnaeus.Vision.Tests;

public sealed class DatasetSubsetTests
{
    private static readonly SyntheticFlowersOptions Drawing = new() { Classes = 3, TrainPerClass = 20, ValPerClass = 4, TestPerClass = 10 };

    [Fact]
    public async Task A_subset_has_every_class_in_its_share_and_the_same_images_for_the_same_seed()
    {
        var whole = await OpenAsync(null);
        var some = await OpenAsync(new DatasetSubset { MaxTrain = 15, MaxTest = 9 });
        Assert.Equal((15, 12, 9), (some.Train.Count, some.Validation.Count, some.Test.Count));
        foreach (var (split, share) in new[] { (some.Train, 5), (some.Validation, 4), (some.Test, 3) })
            Assert.All(split.CountBy(sample => sample.Label), pair => Assert.Equal(share, pair.Value));
        Assert.Equal(whole.Train.Select(sample => sample.Id).Intersect(some.Train.Select(sample => sample.Id)), some.Train.Select(sample => sample.Id));
        Assert.EndsWith("stratified subset, seed 1", some.SplitOrigin, StringComparison.Ordinal);

        var again = await OpenAsync(new DatasetSubset { MaxTrain = 15, MaxTest = 9 });
        var other = await OpenAsync(new DatasetSubset { MaxTrain = 15, MaxTest = 9, Seed = 2 });
        Assert.Equal(some.Fingerprint, again.Fingerprint);
        Assert.Equal(3, new[] { whole, some, other }.Select(dataset => dataset.Fingerprint).Distinct().Count());
        Assert.NotEqual(some.Train.Select(sample => sample.Id), other.Train.Select(sample => sample.Id));
        Assert.Equal(whole.Fingerprint, (await OpenAsync(new DatasetSubset { MaxTrain = 1000 })).Fingerprint);
    }

    [Fact]
    public async Task A_subset_that_loses_a_class_is_refused()
    {
        var fault = await Assert.ThrowsAsync<DatasetException>(() => OpenAsync(new DatasetSubset { MaxTrain = 2 }));
        Assert.Contains("1 of 3 classes have none", fault.Message, StringComparison.Ordinal);
    }

    private static Task<Dataset> OpenAsync(DatasetSubset? subset) => Datasets.OpenAsync(
        "synthetic-flowers", new DatasetOptions { Synthetic = Drawing, Subset = subset }, TestContext.Current.CancellationToken);
}
