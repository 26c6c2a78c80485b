using System.Text.Json;
using Linnaeus.Registry.Client;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Evaluation;
using Linnaeus.Vision.Imaging;

namespace Linnaeus.Trainer.Runs;

/// <summary>Uploads test images of alternating classes with their predictions as run artifacts.</summary>
internal sealed class SampleImages(RunRecord run, TrainerOptions options)
{
    /// <returns>Artifact URIs in order.</returns>
    public async Task<IReadOnlyList<string>> UploadAsync(Dataset dataset, EvaluationReport evaluation, int atLeast, CancellationToken cancellationToken)
    {
        var predictions = evaluation.Predictions.ToDictionary(prediction => prediction.Id);
        var uris = new List<string>();
        var index = new List<object>();
        foreach (var sample in Choose(dataset.Test, Math.Max(options.SampleImages, atLeast)))
        {
            var path = $"samples/{uris.Count:000}.png";
            await run.UploadBytesAsync(path, PngCodec.Encode(Reduce(sample.Source.Load(options.SampleSide))), cancellationToken);
            uris.Add($"runs:/{run.RunId}/{path}");
            var prediction = predictions[sample.Id];
            index.Add(new
            {
                Path = path,
                sample.Id,
                Class = dataset.Classes[sample.Label],
                Predicted = dataset.Classes[prediction.Predicted],
                prediction.Top[0].Probability,
            });
        }
        await run.UploadTextAsync("samples/samples.json", JsonSerializer.Serialize(index, ApiJson.Options), cancellationToken);
        return uris;
    }

    /// <summary>The first of each class, then the second of each, and so on.</summary>
    private static IEnumerable<Sample> Choose(IReadOnlyList<Sample> test, int count) => test
        .GroupBy(sample => sample.Label).OrderBy(group => group.Key)
        .SelectMany(group => group.Select((sample, rank) => (sample, rank)))
        .OrderBy(pair => pair.rank).Select(pair => pair.sample).Take(count);

    private Image Reduce(Image image)
    {
        var shorter = Math.Min(image.Width, image.Height);
        return shorter <= options.SampleSide
            ? image
            : ImageResizer.Resize(image, image.Width * options.SampleSide / shorter, image.Height * options.SampleSide / shorter);
    }
}
