using Linnaeus.Vision.Networks;
using TorchSharp.Modules;

namespace Linnaeus.Vision.Training;

/// <summary>A trained parameter.</summary>
/// <param name="Name">Its torchvision name.</param>
/// <param name="Parameter">Owned by the network.</param>
/// <param name="RateFactor">Multiplier of the classifier's learning rate.</param>
internal sealed record TrainedParameter(string Name, Parameter Parameter, double RateFactor);

/// <summary>
/// Selects the weights that a phase trains, with their learning rates. Whole blocks are frozen or unfrozen; a frozen one also keeps its
/// batch-norm statistics and has no stochastic depth.
/// </summary>
internal sealed class TrainableParts
{
    private readonly ImageClassifier network;
    private readonly TrainingOptions options;
    private readonly (string Name, Parameter Parameter)[] candidates;
    private readonly Dictionary<object, int> distances = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<object> norms = new(ReferenceEqualityComparer.Instance);

    /// <param name="network">Parameters that do not require a gradient are never trained.</param>
    /// <param name="options">Training options.</param>
    public TrainableParts(ImageClassifier network, TrainingOptions options)
    {
        (this.network, this.options) = (network, options);
        candidates = [.. network.named_parameters().Where(p => p.parameter.requires_grad)];
        for (var i = 0; i < network.Blocks.Count; i++)
            foreach (var parameter in network.Blocks[i].parameters())
                distances[parameter] = network.Blocks.Count - 1 - i;
        foreach (var norm in network.modules().OfType<BatchNorm2d>())
            norms.UnionWith(norm.parameters());
    }

    /// <summary>The parameters that a phase trains.</summary>
    public IReadOnlyList<TrainedParameter> Of(TrainingPhase phase) =>
        [.. candidates.Select(p => new TrainedParameter(p.Name, p.Parameter, RateFactor(p.Parameter, phase))).Where(p => p.RateFactor > 0)];

    /// <summary>Enables gradients for these parameters only.</summary>
    public void Thaw(IReadOnlyList<TrainedParameter> trained)
    {
        network.SetTrainable(false);
        foreach (var parameter in trained)
            parameter.Parameter.requires_grad = true;
    }

    /// <summary>Sets trained parts to training mode and the rest to evaluation mode.</summary>
    public void SetModes()
    {
        network.train();
        foreach (var block in network.Blocks.Where(block => !block.parameters().Any(p => p.requires_grad)))
            block.eval();
        if (!options.FreezeBatchNorm)
            return;
        foreach (var norm in network.modules().OfType<BatchNorm2d>())
            norm.eval();
    }

    /// <summary>Learning rate multiplier; 0 for untrained parameters.</summary>
    private double RateFactor(Parameter parameter, TrainingPhase phase)
    {
        if (!distances.TryGetValue(parameter, out var distance))
            return 1;
        if (phase.Frozen || distance >= (options.TrainableBlocks ?? int.MaxValue) || (options.FreezeBatchNorm && norms.Contains(parameter)))
            return 0;
        return options.BackboneLrFactor * Math.Pow(options.LrDecayPerBlock, distance);
    }
}
