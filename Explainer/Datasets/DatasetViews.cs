using Linnaeus.Registry.Client;
using Linnaeus.ServiceDefaults.Problems;
using Linnaeus.Vision.Augmentation;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Imaging;

namespace Linnaeus.Explainer.Datasets;

/// <summary>Summaries, sample lists and images of a dataset.</summary>
internal static class DatasetViews
{
    private const int MixedImages = 6;
    private const int SkippedShown = 50;

    public static DatasetSummary Summarize(Dataset dataset)
    {
        var balance = ClassBalance.Of(dataset);
        return new DatasetSummary(
            dataset.Name, dataset.Fingerprint, dataset.SplitOrigin, balance.Imbalance, dataset.Train[0].Source.LoadMask() is not null,
            [.. balance.Classes.Select(one => new ClassImages(one.Class, one.Train, one.Validation, one.Test))],
            dataset.SkippedFiles.Count,
            [.. dataset.SkippedFiles.Take(SkippedShown).Select(file => new SkippedImage(file.Id, file.Fault))]);
    }

    /// <exception cref="ProblemException">400: there is no such split or class.</exception>
    public static DatasetSamples List(Dataset dataset, string split, string? label, int limit, int offset)
    {
        var samples = split switch
        {
            "train" => dataset.Train,
            "validation" => dataset.Validation,
            "test" => dataset.Test,
            _ => throw Wrong($"Unknown split '{split}'. Use train, validation or test."),
        };
        if (label is not null && !dataset.Classes.Contains(label))
            throw Wrong($"The dataset has no class '{label}'.");
        if (limit is < 1 or > 200 || offset < 0)
            throw Wrong("limit must be 1 to 200, and offset 0 or more.");
        var found = samples.Where(sample => label is null || dataset.Classes[sample.Label] == label).ToList();
        return new DatasetSamples(found.Count, [.. found.Skip(offset).Take(limit).Select(sample => new DatasetSample(sample.Id, dataset.Classes[sample.Label]))]);
    }

    /// <summary>A JPEG whose shorter side has <paramref name="size"/> pixels, or as many as the image has.</summary>
    /// <exception cref="ProblemException">404, or 422 when the file has been damaged since.</exception>
    public static byte[] Jpeg(Dataset dataset, string id, int size)
    {
        if (size is < 16 or > 1024)
            throw Wrong("size must be 16 to 1024 pixels.");
        var image = Load(Find(dataset, id), size);
        var scale = Math.Min(1, size / (double)Math.Min(image.Width, image.Height));
        return JpegCodec.Encode(scale < 1
            ? ImageResizer.Resize(image, Math.Max(1, (int)Math.Round(image.Width * scale)), Math.Max(1, (int)Math.Round(image.Height * scale)))
            : image);
    }

    /// <summary>PNG: nine variations of one training image.</summary>
    /// <param name="id">Of any image; absent, the first of the training split.</param>
    /// <exception cref="ProblemException">400, 404, 422.</exception>
    public static byte[] Variations(Dataset dataset, string augmentation, string? id, int imageSize, long seed)
    {
        if (!Choice.TryParse<AugmentationPreset>(augmentation, out var preset))
            throw Wrong($"augmentation must be {string.Join(", ", Choice.Names<AugmentationPreset>())}, got '{augmentation}'.");
        Check(imageSize);
        var pipeline = AugmentationPresets.Create(preset, imageSize);
        var sample = id is null ? dataset.Train[0] : Find(dataset, id);
        return PngCodec.Encode(AugmentationPreviews.Variations(Load(sample, pipeline.SourceSize), pipeline, seed));
    }

    /// <summary>PNG: a row of training images, and one row per mixing kind.</summary>
    /// <exception cref="ProblemException">400, or 422 when there are fewer than two images.</exception>
    public static byte[] Mixing(Dataset dataset, string mixing, int imageSize, long seed)
    {
        Check(imageSize);
        if (!Choice.TryParse<MixingKind>(mixing, out var kind) || kind == MixingKind.None)
            throw Wrong($"mixing must be {string.Join(", ", Choice.Names<MixingKind>().Skip(1))}, got '{mixing}'.");
        if (dataset.Train.Count < 2)
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity, "Mixing needs at least two training images.");
        var images = AugmentationPreviews.Varied(dataset.Train, MixedImages).Select(sample => Load(sample, imageSize)).ToList();
        return PngCodec.Encode(AugmentationPreviews.Mixing(images, imageSize, new MixingOptions(kind), seed));
    }

    private static Sample Find(Dataset dataset, string id) => dataset.All.FirstOrDefault(sample => sample.Id == id)
        ?? throw new ProblemException(StatusCodes.Status404NotFound, $"The dataset has no image '{id}'.");

    private static Image Load(Sample sample, int size)
    {
        try
        {
            return sample.Source.Load(size);
        }
        catch (Exception error) when (error is ImageFormatException or IOException)
        {
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity, $"The image '{sample.Id}' can no longer be read: {error.Message}", inner: error);
        }
    }

    private static void Check(int imageSize)
    {
        if (imageSize is < 32 or > 512)
            throw Wrong("image_size must be 32 to 512 pixels.");
    }

    private static ProblemException Wrong(string message) => new(StatusCodes.Status400BadRequest, message);
}
