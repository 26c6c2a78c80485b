using Linnaeus.Vision.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Training;

/// <summary>
/// An exponential moving average (EMA) of a network's weights and batch-norm statistics.
/// Early steps average less, by <c>min(decay, (1 + step) / (10 + step))</c>, so that the random initialization is forgotten soon.
/// </summary>
internal sealed class ExponentialAverage : IDisposable
{
    private readonly double decay;
    private readonly (Tensor Average, Tensor Current)[] averaged;
    private readonly (Tensor Average, Tensor Current)[] copied;

    public ExponentialAverage(ImageClassifier network, double decay)
    {
        this.decay = decay;
        Network = Architectures.Create(network.Architecture, network.Classes, network.Dropout);
        Network.to(network.Head.weight.device);
        Network.CopyFrom(network);
        Network.SetTrainable(false);
        Network.eval();
        var pairs = Network.NamedTensors().Zip(network.NamedTensors(), (average, current) => (average.Tensor, current.Tensor)).ToArray();
        averaged = [.. pairs.Where(p => p.Item1.is_floating_point())];
        copied = [.. pairs.Where(p => !p.Item1.is_floating_point())];
    }

    /// <summary>The averaged network, in evaluation mode.</summary>
    public ImageClassifier Network { get; }

    /// <summary>Updates the average after a step, counted from 0 over all epochs.</summary>
    public void Update(long step)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var weight = 1 - Math.Min(decay, (1.0 + step) / (10.0 + step));
        foreach (var (average, current) in averaged)
            average.lerp_(current, weight);
        foreach (var (average, current) in copied)
            average.copy_(current);
    }

    public void Dispose() => Network.Dispose();
}
