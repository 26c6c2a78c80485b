using Linnaeus.Explainer.Engine;
using Linnaeus.Explainer.Methods;
using Linnaeus.Explainer.Models;
using Linnaeus.Registry.Client;
using Linnaeus.ServiceDefaults.Problems;
using Linnaeus.Vision.Augmentation;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Evaluation;
using Linnaeus.Vision.Explanations;
using Linnaeus.Vision.Imaging;
using TorchSharp;

namespace Linnaeus.Explainer.Diagnosis;

/// <summary>An analyzed image; errors keep their pixels for the contact sheet.</summary>
/// <param name="MapCells">Cells per side of a class activation map; null for methods that tell pixels apart.</param>
internal sealed record DiagnosedImage(ImageDiagnosis Diagnosis, Image? Image, Image? Overlay, int? MapCells);

/// <summary>
/// Computes an error analysis batch by batch, each batch queued separately so that single requests are served in between.
/// </summary>
internal sealed class VersionDiagnosis(
    ModelVersionInfo version, IExplanationMethod method, DiagnosisSpec spec, ModelCache models, ComputeQueue queue, CancellationToken cancellationToken)
{
    /// <summary>Explains the predicted class and measures the share of positive attribution on the object.</summary>
    public Task<IReadOnlyList<DiagnosedImage>> ExplainAsync(IReadOnlyList<Sample> samples) =>
        RunAsync(loaded => Explain(loaded, samples));

    /// <summary>Losses of the wrongly predicted images by id.</summary>
    public Task<IReadOnlyDictionary<string, double>> ErrorsAsync(IReadOnlyList<Sample> samples) =>
        RunAsync<IReadOnlyDictionary<string, double>>(loaded =>
        {
            var preprocessing = loaded.Description.Preprocessing;
            var source = BatchSource.ForEvaluation(
                samples, preprocessing.ImageSize, samples.Count, torch.CPU, new Normalization(preprocessing.Mean, preprocessing.Std));
            var predictions = Evaluator.Predict(loaded.Model.Network, source.ReadOnce(cancellationToken), cancellationToken);
            return predictions.Where(prediction => !prediction.Correct).ToDictionary(prediction => prediction.Id, prediction => prediction.Loss);
        });

    /// <summary>Runs the sanity check with randomized weights.</summary>
    public Task<SanityCheck> CheckSanityAsync(IReadOnlyList<Sample> samples) => RunAsync(loaded =>
    {
        const double limit = 0.5;
        using var scope = torch.NewDisposeScope();
        var images = torch.cat([.. samples.Select(sample => InputImage.ToTensor(Load(loaded, sample), loaded.Description.Preprocessing))], 0);
        var stages = RandomizedWeights.Check(
            loaded.Model.Network,
            images,
            (network, inputs, targets) => (loaded with { Model = loaded.Model with { Network = network } }).Explain(
                method, inputs, targets ?? Predicted(samples.Count), cancellationToken),
            spec.Seed,
            cancellationToken);
        var final = stages[^1].Correlation;
        return new SanityCheck(
            method.Parameters.Method, samples.Count, spec.Seed, [.. stages.Select(stage => new SanityStage(stage.From, stage.Correlation, stage.Flat))],
            final, limit, Math.Abs(final) < limit);
    });

    private IReadOnlyList<DiagnosedImage> Explain(LoadedVersion loaded, IReadOnlyList<Sample> samples)
    {
        using var scope = torch.NewDisposeScope();
        var images = samples.Select(sample => Load(loaded, sample)).ToArray();
        var inputs = torch.cat([.. images.Select(image => InputImage.ToTensor(image, loaded.Description.Preprocessing))], 0);
        var explanations = loaded.Explain(method, inputs, Predicted(samples.Count), cancellationToken);
        return [.. samples.Select((sample, i) => Diagnose(loaded, sample, images[i], explanations[i]))];
    }

    private DiagnosedImage Diagnose(LoadedVersion loaded, Sample sample, Image image, Explanation explanation)
    {
        var best = ClassScores.Best(ClassScores.Of(loaded.Description, explanation.LogProbabilities))[0];
        var subject = (sample.Source.LoadMask() is { } mask ? Subject.Of(mask, image.Width) : null) ?? Subject.Center(image.Width);
        var focus = SubjectFocus.Share(explanation.PositiveEvidence(), subject);
        var correct = best.Index == sample.Label;
        var diagnosis = new ImageDiagnosis(
            sample.Id, loaded.Description.Classes[sample.Label], best.Name, best.Probability, correct, focus >= spec.FocusThreshold, focus, subject.Area,
            subject.IsMask ? "mask" : "centre");
        var cells = (explanation as ClassActivationResult)?.Raw.Shape.Min();
        return correct
            ? new DiagnosedImage(diagnosis, null, null, cells)
            : new DiagnosedImage(diagnosis, image, ExplanationImages.Overlay(explanation, image), cells);
    }

    private static Image Load(LoadedVersion loaded, Sample sample)
    {
        try
        {
            var side = loaded.Description.Preprocessing.ImageSize;
            return ImageResizer.ResizeAndCrop(sample.Source.Load(side), side);
        }
        catch (ImageFormatException error) // the file was valid when the dataset was opened
        {
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity, $"{sample.Id}: {error.Message}", inner: error);
        }
    }

    private static ExplanationTarget[] Predicted(int count) => [.. Enumerable.Repeat(new ExplanationTarget(), count)];

    private Task<T> RunAsync<T>(Func<LoadedVersion, T> compute)
        where T : class
    {
        async Task<IReadOnlyList<Outcome<T>>> ComputeAsync(IReadOnlyList<LoadedVersion?> inputs, CancellationToken token)
        {
            using var rental = await models.RentAsync(version, token);
            return [Outcome.Of(() => compute(rental.Version))];
        }

        return queue.RunAsync<LoadedVersion?, T>(new object(), null, ComputeAsync, refuseWhenFull: false, cancellationToken);
    }
}
