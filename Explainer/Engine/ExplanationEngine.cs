using System.Diagnostics;
using Linnaeus.Explainer.Models;
using Linnaeus.Explainer.Requests;
using Linnaeus.Registry.Client;
using Linnaeus.ServiceDefaults.Problems;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Explanations;
using Linnaeus.Vision.Imaging;
using TorchSharp;

namespace Linnaeus.Explainer.Engine;

/// <summary>An image with its explanation request.</summary>
/// <param name="Image">The image.</param>
/// <param name="ModelChecksum">Of the version's files.</param>
/// <param name="Request">How.</param>
public sealed record ExplanationInput(EncodedImage Image, string ModelChecksum, CheckedExplanation Request);

/// <summary>Computes explanations of the logit, in evaluation mode.</summary>
public sealed class ExplanationEngine(ExplainerOptions options)
{
    /// <summary>Explains a batch of images. A fault of one image does not affect the others.</summary>
    /// <param name="version">Loaded.</param>
    /// <param name="inputs">One input, or several with the same method and equal parameters that share passes.</param>
    /// <param name="cancellationToken">Looked at between the method's chunks.</param>
    /// <returns>
    /// One outcome per input; a fault is a <see cref="ProblemException"/>: 400 for an unknown target, 422 for an image or version that cannot be
    /// explained.
    /// </returns>
    public IReadOnlyList<Outcome<ComputedExplanation>> Compute(
        LoadedVersion version, IReadOnlyList<ExplanationInput> inputs, CancellationToken cancellationToken)
    {
        var outcomes = new Outcome<ComputedExplanation>?[inputs.Count];
        var prepared = new List<Prepared>();
        for (var i = 0; i < inputs.Count; i++)
        {
            var (index, input) = (i, inputs[i]);
            var ready = Outcome.Of(() => Prepare(version.Description, input, index));
            if (ready.Fault is null)
                prepared.Add(ready.Value!);
            else
                outcomes[i] = new Outcome<ComputedExplanation>(null, ready.Fault);
        }
        foreach (var (index, outcome) in Explain(version, prepared, cancellationToken))
            outcomes[index] = outcome;
        return [.. outcomes.Select(outcome => outcome!)];
    }

    private Prepared Prepare(ModelDescription description, ExplanationInput input, int index)
    {
        var target = new ExplanationTarget(
            ClassOf(input.Request.Target, "target", description.Classes), ClassOf(input.Request.Against, "against", description.Classes));
        if (target.Class is not null && target.Class == target.Against)
            throw Refused("against", "is the target class itself; choose another class.");
        return new Prepared(index, input, target, InputImage.Decode(input.Image.Bytes, input.Image.Name, description.Preprocessing, options.MinimumImageSide));
    }

    private static IEnumerable<(int Index, Outcome<ComputedExplanation> Outcome)> Explain(
        LoadedVersion version, IReadOnlyList<Prepared> prepared, CancellationToken cancellationToken)
    {
        if (prepared.Count == 0)
            return [];
        var together = Outcome.Of(() => ExplainTogether(version, prepared, cancellationToken));
        if (together.Fault is null)
            return prepared.Zip(together.Value!, (one, summarize) => (one.Index, Outcome.Of(summarize))).ToArray();
        if (prepared.Count > 1) // find the faulty image by explaining each alone
            return prepared.SelectMany(one => Explain(version, [one], cancellationToken)).ToArray();
        return [(prepared[0].Index, new Outcome<ComputedExplanation>(null, together.Fault))];
    }

    /// <returns>For each image what makes an answer of its explanation, which may still find it faulty.</returns>
    private static IReadOnlyList<Func<ComputedExplanation>> ExplainTogether(
        LoadedVersion version, IReadOnlyList<Prepared> prepared, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        using var scope = torch.NewDisposeScope();
        var images = torch.cat([.. prepared.Select(one => InputImage.ToTensor(one.Image, version.Description.Preprocessing))], 0);
        var targets = prepared.Select(one => one.Target).ToArray();
        var explanations = version.Explain(prepared[0].Input.Request.Method, images, targets, cancellationToken);
        var qualities = prepared.Select((one, i) => one.Input.Request.Quality
            ? QualityMeasures.Of(version, one.Input, images.narrow(0, i, 1), explanations[i], cancellationToken) : null).ToArray();
        var seconds = clock.Elapsed.TotalSeconds;
        ComputedExplanation Answer(Prepared one, Explanation explanation, ExplanationQuality? quality)
        {
            var summary = Summaries.Of(version.Description, one.Input, explanation, quality, prepared.Count) with { Seconds = seconds };
            return new ComputedExplanation(summary, explanation, one.Image);
        }

        return [.. prepared.Select((one, i) => (Func<ComputedExplanation>)(() => Answer(one, explanations[i], qualities[i])))];
    }

    private static int? ClassOf(ClassReference? asked, string field, IReadOnlyList<string> classes)
    {
        if (asked is null)
            return null;
        var index = asked.Index ?? classes.ToList().IndexOf(asked.Name!);
        if (index >= 0 && index < classes.Count)
            return index;
        throw Refused(field, asked.Index is null
            ? $"'{asked.Name}' is not a class of this version; its classes are {string.Join(", ", classes)}."
            : $"{asked.Index} is not a class of this version; its classes are numbered from 0 to {classes.Count - 1}.");
    }

    private static ProblemException Refused(string field, string fault) => new(
        StatusCodes.Status400BadRequest, $"$.{field}: {fault}", new Dictionary<string, string[]> { [$"$.{field}"] = [fault] });

    private sealed record Prepared(int Index, ExplanationInput Input, ExplanationTarget Target, Image Image);
}
