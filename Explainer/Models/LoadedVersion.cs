using Linnaeus.Explainer.Methods;
using Linnaeus.ServiceDefaults.Problems;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Explanations;
using TorchSharp;

namespace Linnaeus.Explainer.Models;

/// <summary>A version in memory.</summary>
/// <param name="Model">Its network, in evaluation mode, and description.</param>
/// <param name="ChunkSize">Images per gradient batch.</param>
public sealed record LoadedVersion(LoadedModel Model, int ChunkSize) : IDisposable
{
    private const int LargestChunk = 32; // larger chunks bring no speedup

    public ModelDescription Description => Model.Description;

    /// <param name="model">Owned from now on.</param>
    /// <param name="memoryMiB">For the gradients computed at once.</param>
    public static LoadedVersion Of(LoadedModel model, int memoryMiB)
    {
        var each = PathMemory.BytesPerImage(model.Network, model.Description.Preprocessing.ImageSize);
        return new LoadedVersion(model, (int)Math.Clamp(((long)memoryMiB << 20) / each, 1, LargestChunk));
    }

    /// <summary>Explains images [N, 3, H, W] by a method.</summary>
    /// <exception cref="ProblemException">422: the method does not fit the network, its input size or a target; the message says how.</exception>
    public IReadOnlyList<Explanation> Explain(
        IExplanationMethod method, torch.Tensor images, IReadOnlyList<ExplanationTarget> targets, CancellationToken cancellationToken)
    {
        try
        {
            return method.Explain(Model, images, targets, ChunkSize, cancellationToken);
        }
        catch (ArgumentException error)
        {
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity, Words(error), inner: error);
        }
    }

    // .NET appends our parameter's name, which means nothing to the client.
    private static string Words(ArgumentException error)
    {
        var suffix = $" (Parameter '{error.ParamName}')";
        return error.Message.EndsWith(suffix, StringComparison.Ordinal) ? error.Message[..^suffix.Length] : error.Message;
    }

    public void Dispose() => Model.Dispose();
}
