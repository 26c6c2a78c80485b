using Linnaeus.Explainer.Models;
using Linnaeus.Explainer.Requests;
using Linnaeus.Registry.Client;
using Linnaeus.Vision.Imaging;
using TorchSharp;

namespace Linnaeus.Explainer.Engine;

/// <summary>Predicts images; concurrent requests for one version share a batch.</summary>
public sealed class PredictionService(
    RegisteredVersions versions, RequestedImages images, ModelCache models, ComputeQueue queue, ExplainerOptions options)
{
    /// <param name="request">Checked.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="ServiceDefaults.Problems.ProblemException">The request cannot be served; the message says why.</exception>
    /// <exception cref="RegistryException">The version or an image is not in the Registry, or the Registry does not answer.</exception>
    public async Task<PredictionAnswer> PredictAsync(CheckedPrediction request, CancellationToken cancellationToken)
    {
        using var activity = ExplainerTelemetry.Source.StartActivity("predict");
        activity?.SetTag("linnaeus.model", request.Model.ToString());
        var version = await versions.ReadyAsync(request.Model, cancellationToken);
        var checksum = VersionChecksum.Of(version);
        var encoded = await Task.WhenAll(request.Images.Select(image => images.ReadAsync(image, cancellationToken)));
        var scores = await Task.WhenAll(encoded.Select(image => queue.RunAsync<EncodedImage, Scores>(
            ("predict", checksum), image, (batch, token) => ComputeAsync(version, batch, token), refuseWhenFull: true, cancellationToken)));
        return new PredictionAnswer(
            version.Name, version.Version, $"models:/{version.Name}/{version.Version}", checksum, scores[0].Temperature,
            [.. encoded.Zip(scores, (image, found) => Prediction(image, found.Best))]);
    }

    private static ImagePrediction Prediction(EncodedImage image, IReadOnlyList<ClassScore> best) =>
        new(image.Sha256, best[0].Name, best[0].Index, best[0].Probability, best);

    private async Task<IReadOnlyList<Outcome<Scores>>> ComputeAsync(
        ModelVersionInfo version, IReadOnlyList<EncodedImage> batch, CancellationToken cancellationToken)
    {
        using var rental = await models.RentAsync(version, cancellationToken);
        var loaded = rental.Version;
        var decoded = batch.Select(image => Outcome.Of(
            () => InputImage.Decode(image.Bytes, image.Name, loaded.Description.Preprocessing, options.MinimumImageSide))).ToList();
        var rows = new Queue<float[]>(Logits(loaded, [.. decoded.Select(one => one.Value).OfType<Image>()]));
        return [.. decoded.Select(one => one.Fault is { } fault
            ? new Outcome<Scores>(null, fault)
            : Outcome.Of(() => new Scores(ClassScores.Best(ClassScores.Of(loaded.Description, rows.Dequeue())), loaded.Description.Temperature)))];
    }

    private static IEnumerable<float[]> Logits(LoadedVersion loaded, IReadOnlyList<Image> images)
    {
        if (images.Count == 0)
            return [];
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var inputs = torch.cat([.. images.Select(image => InputImage.ToTensor(image, loaded.Description.Preprocessing))], 0);
        return loaded.Model.Network.call(inputs).contiguous().data<float>().ToArray().Chunk(loaded.Description.Classes.Count);
    }

    private sealed record Scores(IReadOnlyList<ClassScore> Best, double? Temperature);
}
