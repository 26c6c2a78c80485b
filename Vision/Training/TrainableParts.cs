using Linnaeus.Vision.Networks;
using TorchSharp.Modules;

namespace Linnaeus.Vision.Training;

/// <summary>A parameter that is trained.</summary>
/// <param name="Name">Its torchvision name.</param>
/// <param name="Parameter">The network's own.</param>
/// <param name="RateFactor">Its learning rate as a multiple of the classifier's.</param>
internal sealed record TrainedParameter(string Name, Parameter Parameter, double RateFactor);

/// <summary>
/// Which weights a phase trains, how fast, and what stays in evaluation mode meanwhile. Whole blocks are frozen and thawed; a frozen one also keeps its
/// batch-norm statistics and skips nothing at random.
/// </summary>
internal sealed class TrainableParts
{
    private readonly ImageClassifier network;
    private readonly TrainingOptions options;
    private readonly (string Name, Parameter Parameter)[] candidates;
    private readonly Dictionary<object, int> distances = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<object> norms = new(ReferenceEqualityComparer.Instance);

    /// <param name="network">Parameters that need no gradient now are never trained.</param>
    /// <param name="options">How much of it to train.</param>
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

    /// <summary>Lets these parameters have gradients, and no others.</summary>
    public void Thaw(IReadOnlyList<TrainedParameter> trained)
    {
        network.SetTrainable(false);
        foreach (var parameter in trained)
            parameter.Parameter.requires_grad = true;
    }

    /// <summary>Puts what is trained into training mode and the rest into evaluation mode.</summary>
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

    /// <summary>0 for what is not trained.</summary>
    private double RateFactor(Parameter parameter, TrainingPhase phase)
    {
        if (!distances.TryGetValue(parameter, out var distance))
            return 1;
        if (phase.Frozen || distance >= (options.TrainableBlocks ?? int.MaxValue) || (options.FreezeBatchNorm && norms.Contains(parameter)))
            return 0;
        return options.BackboneLrFactor * Math.Pow(options.LrDecayPerBlock, distance);
    }
}
