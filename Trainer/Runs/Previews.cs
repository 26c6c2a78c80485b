using Linnaeus.Vision.Augmentation;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Imaging;

namespace Linnaeus.Trainer.Runs;

/// <summary>Uploads preview grids of augmentation and mixing, which make wrong ranges visible.</summary>
internal sealed class Previews(RunRecord run, BatchSources sources, long seed)
{
    private const int MixedImages = 6;

    /// <summary>
    /// <c>previews/augmentation.png</c>, nine variations of one training image; <c>previews/mixing.png</c>, a row of images and a row per
    /// mixing kind. Skipped without augmentation or mixing.
    /// </summary>
    public async Task UploadAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        var pipeline = sources.Pipeline;
        if (!pipeline.IsDeterministic)
        {
            var grid = AugmentationPreviews.Variations(dataset.Train[0].Source.Load(pipeline.SourceSize), pipeline, seed);
            await run.UploadBytesAsync("previews/augmentation.png", PngCodec.Encode(grid), cancellationToken);
        }
        if (sources.Mixing is not { } mixing || dataset.Train.Count < 2)
            return;
        var images = AugmentationPreviews.Varied(dataset.Train, MixedImages).Select(sample => sample.Source.Load(pipeline.ImageSize)).ToList();
        var rows = AugmentationPreviews.Mixing(images, pipeline.ImageSize, mixing, seed);
        await run.UploadBytesAsync("previews/mixing.png", PngCodec.Encode(rows), cancellationToken);
    }
}
