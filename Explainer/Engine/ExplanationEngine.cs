using System.Diagnostics;
using Linnaeus.Explainer.Requests;
using Linnaeus.ServiceDefaults.Problems;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Explanations;
using Linnaeus.Vision.Imaging;
using TorchSharp;

namespace Linnaeus.Explainer.Engine;

/// <summary>A picture to explain and how: everything a computation takes besides the model.</summary>
/// <param name="Bytes">The encoded file.</param>
/// <param name="Name">Its name in error messages.</param>
/// <param name="Sha256">Of the bytes.</param>
public sealed record ExplanationInput(byte[] Bytes, string Name, string Sha256, string ModelChecksum, ExplanationRequest Request);

/// <summary>Computes explanations of the logit, in evaluation mode, one picture at a time.</summary>
public sealed class ExplanationEngine(ExplainerOptions options)
{
    /// <exception cref="ProblemException">400 for an unknown target, 422 for a picture or version that cannot be explained.</exception>
    public ComputedExplanation Compute(LoadedModel model, ExplanationInput input, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var description = model.Description;
        var target = Target(input.Request.Target, description.Classes);
        var picture = InputPicture.Decode(input.Bytes, input.Name, description.Preprocessing, options.MinimumImageSide);
        using var scope = torch.NewDisposeScope();
        var images = InputPicture.ToTensor(picture, description.Preprocessing);
        var scores = new ClassScores(description.Classes);
        var computed = input.Request.Method == ExplanationMethod.GradCam
            ? GradCamOf(model, images, target, picture, scores, input)
            : IntegratedGradientsOf(model, images, target, picture, scores, input, cancellationToken);
        return computed with { Summary = computed.Summary with { Seconds = clock.Elapsed.TotalSeconds } };
    }

    private static ComputedExplanation GradCamOf(
        LoadedModel model, torch.Tensor images, int? target, Image picture, ClassScores scores, ExplanationInput input)
    {
        var result = Explained(() => GradCam.Explain(model.Network, images, target is { } index ? [index] : null))[0];
        var summary = scores.Summarise(result.LogProbabilities, result.Target, result.Logit, result.Map.Shape, Parameters(model, input) with
        {
            Layer = "features",
            HeatMap = "ReLU, bilinear upsampling, min-max",
        });
        summary = summary with
        {
            CamIdentityResidual = result.IdentityResidual,
            HasPositiveEvidence = result.HasPositiveEvidence,
            PositiveShare = result.PositiveShare,
        };
        return new ComputedExplanation(summary, result.Map, result.Map.Values, picture);
    }

    private ComputedExplanation IntegratedGradientsOf(
        LoadedModel model, torch.Tensor images, int? target, Image picture, ClassScores scores, ExplanationInput input, CancellationToken cancellationToken)
    {
        var how = new IntegratedGradientsOptions { Steps = input.Request.Steps, Baseline = input.Request.Baseline, ChunkSize = options.PathBatch };
        var result = Explained(() => IntegratedGradients.Explain(
            model.Network, images, model.Description.Preprocessing, target is { } index ? [index] : null, how, cancellationToken))[0];
        var summary = scores.Summarise(result.LogProbabilities, result.Target, result.Logit, result.Map.Shape, Parameters(model, input) with
        {
            Steps = how.Steps,
            Baseline = ExplanationNames.Of(how.Baseline),
            Quadrature = "gauss-legendre",
            HeatMap = "sum of absolute values over the channels, clipped at the 99th percentile",
        });
        summary = summary with
        {
            BaselineLogit = result.BaselineScore,
            CompletenessError = result.Delta,
            RelativeCompletenessError = result.RelativeDelta,
        };
        return new ComputedExplanation(summary, result.Map, Magnitude(result.Map.Values), picture);
    }

    /// <summary>For the eye: from signed [3, H, W] to [H, W] in 0..1.</summary>
    private static float[] Magnitude(ReadOnlySpan<float> attribution)
    {
        var sums = new float[attribution.Length / 3];
        for (var i = 0; i < attribution.Length; i++)
            sums[i % sums.Length] += Math.Abs(attribution[i]);
        return HeatMap.Magnitude(sums);
    }

    /// <summary>What the methods refuse is a fault of the version or of its input size.</summary>
    private static T Explained<T>(Func<T> explain)
    {
        try
        {
            return explain();
        }
        catch (ArgumentException error)
        {
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity, error.Message, inner: error);
        }
    }

    private static int? Target(TargetClass? target, IReadOnlyList<string> classes)
    {
        if (target is null)
            return null;
        var index = target.Index ?? classes.ToList().IndexOf(target.Name!);
        if (index >= 0 && index < classes.Count)
            return index;
        var fault = target.Index is null
            ? $"'{target.Name}' is not a class of this version; its classes are {string.Join(", ", classes)}."
            : $"{target.Index} is not a class of this version; its classes are numbered from 0 to {classes.Count - 1}.";
        throw new ProblemException(
            StatusCodes.Status400BadRequest, $"target: {fault}", new Dictionary<string, string[]> { ["target"] = [fault] });
    }

    private static ExplanationParameters Parameters(LoadedModel model, ExplanationInput input) => new()
    {
        Method = ExplanationNames.Of(input.Request.Method),
        Target = (object?)input.Request.Target?.Index ?? input.Request.Target?.Name,
        HeatMap = "",
        Architecture = model.Description.Architecture,
        ImageSize = model.Description.Preprocessing.ImageSize,
        Resize = model.Description.Preprocessing.Resize,
        Mean = model.Description.Preprocessing.Mean,
        Std = model.Description.Preprocessing.Std,
        ImageSha256 = input.Sha256,
        ModelChecksum = input.ModelChecksum,
    };
}
