using Linnaeus.Registry.Client;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Explanations;
using TorchSharp;

namespace Linnaeus.Explainer.Methods;

/// <summary>An explanation method with its parameters.</summary>
public interface IExplanationMethod
{
    /// <summary>The method's name and parameters, with defaults that do not depend on the network.</summary>
    MethodParameters Parameters { get; }

    /// <summary>Whether images can share passes: then requests that differ only in image and target are batched.</summary>
    bool SharesPasses { get; }

    /// <summary>Describes how the heat map is computed from the attribution.</summary>
    string HeatMap { get; }

    /// <summary>Explains images.</summary>
    /// <param name="model">In evaluation mode.</param>
    /// <param name="images">float32 [N, 3, H, W], normalized.</param>
    /// <param name="targets">One for each image.</param>
    /// <param name="chunkSize">Points of a path, noisy or covered copies that fit into memory at once.</param>
    /// <param name="cancellationToken">Looked at between chunks.</param>
    /// <exception cref="ArgumentException">The method does not fit the network, the image size or the target; the message says how.</exception>
    IReadOnlyList<Explanation> Explain(
        LoadedModel model, torch.Tensor images, IReadOnlyList<ExplanationTarget> targets, int chunkSize, CancellationToken cancellationToken);

    /// <summary>Adds the measurements specific to this method.</summary>
    ExplanationSummary Describe(Explanation explanation, ExplanationSummary summary);
}
