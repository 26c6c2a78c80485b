using System.Formats.Tar;
using System.IO.Compression;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Data.Oxford;
using Linnaeus.Vision.Imaging;

namespace Linnaeus.Vision.Tests;

public sealed class DatasetFlowers102Tests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_official_files_give_the_official_split()
    {
        var labels = Flowers102Labels.Read(
            File.ReadAllBytes(SharedData.Locate("flowers102/imagelabels.mat")), File.ReadAllBytes(SharedData.Locate("flowers102/setid.mat")));
        Assert.Equal((8189, 1020, 1020, 6149), (labels.Labels.Count, labels.Train.Count, labels.Validation.Count, labels.Test.Count));
        Assert.Equal(102, labels.Labels.Distinct().Count());
        foreach (var split in new[] { labels.Train, labels.Validation })
            Assert.All(split.CountBy(position => labels.Labels[position]), pair => Assert.Equal(10, pair.Value));
        // The authors' page: 40 to 258 images a class.
        var counts = labels.Labels.CountBy(label => label).Select(pair => pair.Value).ToList();
        Assert.Equal((40, 258), (counts.Min(), counts.Max()));
        Assert.Equal(102, ClassNames.All.Distinct().Count());
    }

    [Fact]
    public async Task It_opens_complete_or_names_what_is_missing()
    {
        foreach (var name in new[] { "imagelabels.mat", "setid.mat" })
            File.Copy(SharedData.Locate($"flowers102/{name}"), folder[name]);
        var options = new DatasetOptions { Flowers102Folder = folder.Path };
        Task<Dataset> Open() => Datasets.OpenAsync("flowers102", options, Cancellation);

        Assert.Contains("102flowers.tgz exists. Download https://", (await Assert.ThrowsAsync<DatasetException>(Open)).Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder["102flowers.tgz"], "<html>", Cancellation);
        Assert.Contains("not the official file", (await Assert.ThrowsAsync<DatasetException>(Open)).Message, StringComparison.Ordinal);

        Directory.CreateDirectory(folder["jpg"]);
        await File.WriteAllBytesAsync(folder["image.png"], PngCodec.Encode(new Image(8, 8)), Cancellation);
        for (var i = 1; i <= 8189; i++)
            File.CreateSymbolicLink(folder[$"jpg/image_{i:D5}.jpg"], folder["image.png"]);
        var dataset = await Open();
        Assert.Equal((1020, 1020, 6149, 102), (dataset.Train.Count, dataset.Validation.Count, dataset.Test.Count, dataset.Classes.Count));
        // The first image of the archive is a passion flower, label 77.
        var first = dataset.All.Single(sample => sample.Id == "jpg/image_00001.jpg");
        Assert.Equal((76, "passion flower"), (first.Label, dataset.Classes[first.Label]));
        Assert.Equal("official (setid.mat)", dataset.SplitOrigin);

        File.Delete(folder["jpg/image_04242.jpg"]);
        Assert.Contains("image_04242.jpg", (await Assert.ThrowsAsync<DatasetException>(Open)).Message, StringComparison.Ordinal);
        var labels = await File.ReadAllBytesAsync(folder["imagelabels.mat"], Cancellation);
        labels[^1] ^= 1;
        await File.WriteAllBytesAsync(folder["imagelabels.mat"], labels, Cancellation);
        Assert.Contains("its MD5 is", (await Assert.ThrowsAsync<DatasetException>(Open)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_is_extracted_atomically_and_only_into_its_folder()
    {
        var archive = new MemoryStream();
        await using (var zip = new GZipStream(archive, CompressionLevel.Fastest, leaveOpen: true))
        await using (var tar = new TarWriter(zip))
        {
            string[] strangers = ["../outside.jpg", "jpg/../up.jpg", "jpg/sub/deep.jpg", "other/x.jpg", "jpg/notes.txt"];
            foreach (var name in strangers.Prepend("jpg/image_00002.jpg").Prepend("jpg/image_00001.jpg"))
            {
                var entry = new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(new byte[50_000]) };
                await tar.WriteEntryAsync(entry, Cancellation);
            }

            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "jpg/link.jpg") { LinkName = "/etc/passwd" }, Cancellation);
        }

        archive.Position = 0;
        await ImageArchive.ExtractAsync(archive, "jpg", folder["jpg"], Cancellation);
        Assert.Equal(["image_00001.jpg", "image_00002.jpg"], Directory.GetFiles(folder["jpg"]).Select(Path.GetFileName).Order());
        Assert.Equal([folder["jpg"]], Directory.GetFileSystemEntries(folder.Path));

        var cut = new MemoryStream(archive.ToArray()[..(int)(archive.Length / 2)]);
        var fault = await Assert.ThrowsAsync<DatasetException>(() => ImageArchive.ExtractAsync(cut, "jpg", folder["again"], Cancellation));
        Assert.Contains("corrupt", fault.Message, StringComparison.Ordinal);
        Assert.Equal([folder["jpg"]], Directory.GetFileSystemEntries(folder.Path));
    }
}
