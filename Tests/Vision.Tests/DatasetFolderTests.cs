using System.Security.Cryptography;
using System.Text;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Imaging;

namespace Linnaeus.Vision.Tests;

public sealed class DatasetFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Split_folders_of_the_usual_names_are_taken_as_they_are()
    {
        foreach (var split in new[] { "Train", "valid", "test" })
        {
            Add($"{split}/rose/b.PNG");
            Add($"{split}/rose/a.jpeg");
            Add($"{split}/iris/c.Jpg");
        }
        File.WriteAllText(_folder["Train/rose/notes.txt"], "not an image");

        var dataset = await Open();

        Assert.Equal(["iris", "rose"], dataset.Classes);
        Assert.Equal(["Train/iris/c.Jpg", "Train/rose/a.jpeg", "Train/rose/b.PNG"], dataset.Train.Select(sample => sample.Id));
        Assert.Equal([0, 1, 1], dataset.Validation.Select(sample => sample.Label));
        Assert.Equal(3, dataset.Test.Count);
        Assert.Empty(dataset.SkippedFiles);
        Assert.Equal("folders", dataset.SplitOrigin);
        Assert.Equal(48, dataset.Train[0].Source.Load().Width);
    }

    [Fact]
    public async Task The_fingerprint_is_the_hash_of_sorted_lines_of_name_hash_and_class()
    {
        Add("train/a/1.png", seed: 1);
        Add("train/b/2.png", seed: 2);
        Add("test/b/3.png", seed: 3);
        var dataset = await Open(new DatasetOptions { ValidationFraction = 0 });

        string Line(string id, string label) => $"{id}\t{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_folder[id])))}\t{label}\n";
        var lines = Line("test/b/3.png", "b") + Line("train/a/1.png", "a") + Line("train/b/2.png", "b");
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines))), dataset.Fingerprint);

        Add("train/b/2.png", seed: 4);
        Assert.NotEqual(dataset.Fingerprint, (await Open(new DatasetOptions { ValidationFraction = 0 })).Fingerprint);
    }

    [Fact]
    public async Task A_folder_without_splits_is_split_by_the_seed_class_by_class()
    {
        foreach (var name in new[] { "a", "b", "c" })
        {
            for (var i = 0; i < 20; i++)
                Add($"{name}/{i:D2}.png", seed: i);
        }
        var dataset = await Open(new DatasetOptions { Seed = 5 });

        Assert.All(Enumerable.Range(0, 3), label => Assert.Equal((14, 3, 3), Counts(dataset, label)));
        Assert.Equal(60, dataset.All.Select(sample => sample.Id).Distinct().Count());
        Assert.Equal(dataset.Test.Select(sample => sample.Id), (await Open(new DatasetOptions { Seed = 5 })).Test.Select(sample => sample.Id));
        Assert.NotEqual(dataset.Test.Select(sample => sample.Id), (await Open(new DatasetOptions { Seed = 6 })).Test.Select(sample => sample.Id));
        Assert.Equal(dataset.Fingerprint, (await Open(new DatasetOptions { Seed = 6 })).Fingerprint);
    }

    [Fact]
    public async Task Validation_is_held_back_from_training_when_there_is_none()
    {
        foreach (var name in new[] { "a", "b" })
        {
            for (var i = 0; i < 10; i++)
                Add($"train/{name}/{i}.png", seed: i);
            Add($"test/{name}/0.png");
        }
        var dataset = await Open(new DatasetOptions { ValidationFraction = 0.2 });
        Assert.Equal((8, 2, 1), Counts(dataset, 0));
        Assert.Equal((8, 2, 1), Counts(dataset, 1));
        Assert.Empty((await Open(new DatasetOptions { ValidationFraction = 0 })).Validation);
    }

    [Fact]
    public async Task Bad_files_are_skipped_and_listed()
    {
        for (var i = 0; i < 4; i++)
        {
            Add($"train/a/{i}.png", seed: i);
            Add($"train/b/{i}.png", seed: i);
        }
        Add("test/a/0.png");
        File.WriteAllText(_folder["train/a/error.jpg"], "<html>404</html>");
        File.WriteAllBytes(_folder["train/b/half.jpg"], JpegCodec.Encode(ImagingFaultTests.Sample())[..^200]);
        File.WriteAllBytes(_folder["train/b/zero.png"], []);
        File.WriteAllBytes(_folder["train/b/old.gif"], [1]);

        var dataset = await Open(new DatasetOptions { ValidationFraction = 0 });

        Assert.Equal(8, dataset.Train.Count);
        Assert.Equal(["train/a/error.jpg", "train/b/half.jpg", "train/b/old.gif", "train/b/zero.png"], dataset.SkippedFiles.Select(file => file.Id));
        Assert.Contains("HTML", dataset.SkippedFiles[0].Fault, StringComparison.Ordinal);
        Assert.Contains("truncated", dataset.SkippedFiles[1].Fault, StringComparison.Ordinal);
        Assert.Equal("4", dataset.Describe()["dataset.skipped"]);
    }

    [Fact]
    public async Task Data_that_cannot_be_trained_on_is_refused_with_the_reason()
    {
        await Refused("Folder not found", _folder["missing"]);
        Directory.CreateDirectory(_folder["nothing"]);
        await Refused("has no images", _folder["nothing"]);
        Add("one/a/1.png");
        await Refused("only the class \"a\"", _folder["one"]);
        await Refused("is a file", _folder["one/a/1.png"]);

        Add("strange/train/a/1.png");
        Add("strange/train/b/1.png");
        Add("strange/test/c/1.png");
        await Refused("class \"c\" is in the test split but not in the training split", _folder["strange"]);

        Add("trainless/test/a/1.png");
        await Refused("none named \"train\"", _folder["trainless"]);

        Add("lost/train/a/1.png");
        Directory.CreateDirectory(_folder["lost/train/b"]);
        File.WriteAllText(_folder["lost/train/b/1.jpg"], "<html>");
        Add("lost/test/a/1.png");
        await Refused("class \"b\" is without valid training images (train/b/1.jpg: not a valid image: HTML", _folder["lost"]);

        Assert.Contains("Use folder:PATH", (await Assert.ThrowsAsync<DatasetException>(() => Datasets.OpenAsync("folder:", null, Cancellation))).Message, StringComparison.Ordinal);
        Assert.Contains("Unknown dataset", (await Assert.ThrowsAsync<DatasetException>(() => Datasets.OpenAsync("cifar", null, Cancellation))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Oxford_flowers_open()
    {
        var dataset = await Datasets.OpenAsync("folder:" + SharedData.Locate("flowers12"), new DatasetOptions(), Cancellation);
        Assert.Equal((12, 648, 72, 120, 0), (dataset.Classes.Count, dataset.Train.Count, dataset.Validation.Count, dataset.Test.Count, dataset.SkippedFiles.Count));
    }

    private static async Task Refused(string reason, string path)
    {
        var fault = await Assert.ThrowsAsync<DatasetException>(() => Datasets.OpenAsync($"folder:{path}", null, Cancellation));
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    private static (int Train, int Validation, int Test) Counts(Dataset dataset, int label) => (
        dataset.Train.Count(sample => sample.Label == label),
        dataset.Validation.Count(sample => sample.Label == label),
        dataset.Test.Count(sample => sample.Label == label));

    private Task<Dataset> Open(DatasetOptions? options = null) => Datasets.OpenAsync($"folder:{_folder.Path}", options, Cancellation);

    private void Add(string path, int seed = 1)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[path])!);
        File.WriteAllBytes(_folder[path], PngCodec.Encode(ImagingFaultTests.Sample(seed: seed)));
    }
}
