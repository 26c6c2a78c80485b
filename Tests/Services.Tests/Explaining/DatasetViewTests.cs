using System.Net;
using System.Text.Json;
using Linnaeus.Registry.Client;
using Linnaeus.Services.Tests.Platform;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Imaging;

namespace Linnaeus.Services.Tests.Explaining;

public sealed class DatasetViewTests(ServicesFixture services) : IDisposable
{
    private readonly HttpClient http = services.Explainer;
    private readonly string folder = Directory.CreateTempSubdirectory("linnaeus-dataset-").FullName;

    [Fact]
    public async Task A_folder_is_shown_with_its_classes_images_and_skipped_files()
    {
        foreach (var (name, count) in new[] { ("aster", 6), ("bellis", 3) })
        {
            Directory.CreateDirectory(Path.Combine(folder, "train", name));
            Directory.CreateDirectory(Path.Combine(folder, "test", name));
            for (var i = 0; i < count; i++)
                await File.WriteAllBytesAsync(Path.Combine(folder, "train", name, $"{i}.jpg"), JpegCodec.Encode(Noise(i + count, 300, 200)));
            await File.WriteAllBytesAsync(Path.Combine(folder, "test", name, "0.png"), PngCodec.Encode(Noise(count + 40, 50, 40)));
        }
        await File.WriteAllTextAsync(Path.Combine(folder, "train", "aster", "notes.jpg"), "no image");
        var dataset = $"dataset=folder:{Uri.EscapeDataString(folder)}";

        var summary = (await JsonAsync<DatasetSummary>($"summary?{dataset}&ignored=1"))!;
        var opened = await Vision.Data.Datasets.OpenAsync($"folder:{folder}", new DatasetOptions { ValidationFraction = new TrainingSpec().ValidationFraction });
        Assert.Equal((opened.Fingerprint, opened.SplitOrigin, false), (summary.Fingerprint, summary.SplitOrigin, summary.MarksSubjects));
        Assert.Equal(["aster", "bellis"], summary.Classes.Select(one => one.Class));
        Assert.Equal((6 + 3, 2), (summary.Classes.Sum(one => one.Train + one.Validation), summary.Classes.Sum(one => one.Test)));
        Assert.Equal(1, summary.Skipped);
        Assert.EndsWith("notes.jpg", Assert.Single(summary.SkippedFiles).Id, StringComparison.Ordinal);

        var asters = (await JsonAsync<DatasetSamples>($"samples?{dataset}&split=train&label=aster&limit=2&offset=1"))!;
        var expected = opened.Train.Where(sample => sample.Label == 0).ToList();
        Assert.Equal(expected.Count, asters.Total);
        Assert.Equal(expected.Skip(1).Take(2).Select(sample => sample.Id), asters.Samples.Select(sample => sample.Id));
        var small = ImageDecoder.Decode(await http.GetByteArrayAsync($"/api/datasets/image?{dataset}&id={Uri.EscapeDataString(asters.Samples[0].Id)}&size=64"), "small");
        Assert.Equal((96, 64), (small.Width, small.Height));
        var whole = ImageDecoder.Decode(await http.GetByteArrayAsync($"/api/datasets/image?{dataset}&id={Uri.EscapeDataString(opened.Test[0].Id)}&size=64"), "whole");
        Assert.Equal((50, 40), (whole.Width, whole.Height));
    }

    [Fact]
    public async Task Previews_use_the_dataset_of_the_job_and_follow_their_seed()
    {
        var spec = new TrainingSpec
        {
            Model = "seen",
            Dataset = "synthetic-flowers",
            Epochs = 1,
            ValidationFraction = 0,
            Synthetic = new SyntheticDatasetOptions { Classes = 3, TrainPerClass = 2, ValPerClass = 0, TestPerClass = 1, Seed = 9 },
        };
        // Canceled at once, so that it is not trained.
        var job = await services.Registry.Jobs.SubmitAsync(spec);
        await services.Registry.Jobs.CancelAsync(job.Id);
        var summary = (await JsonAsync<DatasetSummary>($"summary?job={job.Id}"))!;
        Assert.Equal((3, true), (summary.Classes.Count, summary.MarksSubjects));

        async Task<Image> DrawAsync(string address) => ImageDecoder.Decode(await http.GetByteArrayAsync($"/api/datasets/{address}&job={job.Id}"), address);
        var first = await DrawAsync("augmentation?augmentation=keras&image_size=64&seed=1");
        Assert.Equal((192, 192), (first.Width, first.Height));
        Assert.Equal(first.Pixels, (await DrawAsync("augmentation?augmentation=keras&image_size=64&seed=1")).Pixels);
        Assert.NotEqual(first.Pixels, (await DrawAsync("augmentation?augmentation=keras&image_size=64&seed=2")).Pixels);
        var mixed = await DrawAsync("mixing?mixing=alternate&image_size=64&seed=1");
        Assert.Equal((6 * 64, 3 * 64), (mixed.Width, mixed.Height));
        Assert.Equal(2 * 64, (await DrawAsync("mixing?mixing=cutmix&image_size=64&seed=1")).Height);
    }

    [Theory]
    [InlineData("summary", HttpStatusCode.BadRequest, "dataset=")]
    [InlineData("summary?dataset=flowers102&job=1", HttpStatusCode.BadRequest, "exactly one of")]
    [InlineData("summary?dataset=folder:/nowhere", HttpStatusCode.UnprocessableEntity, "/nowhere")]
    [InlineData("summary?dataset=imagenet", HttpStatusCode.UnprocessableEntity, "imagenet")]
    [InlineData("summary?job=00000000000000000000000000000000", HttpStatusCode.NotFound, "0000")]
    [InlineData("samples?dataset=synthetic-flowers&split=all", HttpStatusCode.BadRequest, "train, validation or test")]
    [InlineData("samples?dataset=synthetic-flowers&label=oak", HttpStatusCode.BadRequest, "oak")]
    [InlineData("samples?dataset=synthetic-flowers&limit=100000", HttpStatusCode.BadRequest, "limit")]
    [InlineData("image?dataset=synthetic-flowers&id=../../etc/passwd", HttpStatusCode.NotFound, "passwd")]
    [InlineData("samples?dataset=synthetic-flowers&limit=some", HttpStatusCode.BadRequest, "limit")]
    [InlineData("image?dataset=synthetic-flowers", HttpStatusCode.BadRequest, "id")]
    [InlineData("image?dataset=synthetic-flowers&id=x&size=100000", HttpStatusCode.BadRequest, "size")]
    [InlineData("augmentation?dataset=synthetic-flowers&augmentation=rain", HttpStatusCode.BadRequest, "rain")]
    [InlineData("augmentation?dataset=synthetic-flowers&image_size=5", HttpStatusCode.BadRequest, "image_size")]
    [InlineData("mixing?dataset=synthetic-flowers&mixing=blend", HttpStatusCode.BadRequest, "blend")]
    public async Task Invalid_requests_are_refused_with_the_reason(string address, HttpStatusCode status, string fault)
    {
        using var response = await http.GetAsync($"/api/datasets/{address}");
        Assert.Equal((status, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Contains(fault, problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<T?> JsonAsync<T>(string address) =>
        JsonSerializer.Deserialize<T>(await http.GetStringAsync($"/api/datasets/{address}"), ApiJson.Options);

    private static Image Noise(int seed, int width, int height)
    {
        var image = new Image(width, height);
        for (var i = 0; i < image.Pixels.Length; i++)
            image.Pixels[i] = (byte)(127 + (120 * Math.Sin((i / (5.0 + seed)) + seed)));
        return image;
    }
}
