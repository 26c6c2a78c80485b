using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Training;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization"; betas 0.9 and 0.999, epsilon 1e-8) over a network's trainable
/// parameters, with its state by parameter name. Weights are decayed; biases and normalisation (one dimension) are not.
/// </summary>
internal sealed class WeightOptimizer : IDisposable
{
    private const string Mean = ".exp_avg";
    private const string Square = ".exp_avg_sq";

    private readonly (string Name, Parameter Parameter)[] parameters;
    private readonly AdamW optimizer;

    public WeightOptimizer(ImageClassifier network, double learningRate, double weightDecay)
    {
        var trainable = network.named_parameters().Where(p => p.parameter.requires_grad).ToArray();
        if (trainable.Length == 0)
            throw new ArgumentException("All parameters of the network are frozen; there is nothing to train.", nameof(network));
        // Decayed first, as in the optimiser's groups, so that names and states match by index.
        var decayed = trainable.Where(p => p.parameter.dim() > 1).ToArray();
        var plain = trainable.Where(p => p.parameter.dim() <= 1).ToArray();
        parameters = [.. decayed, .. plain];
        optimizer = optim.AdamW(
            new[] { (decayed, weightDecay), (plain, 0.0) }
                .Where(group => group.Item1.Length > 0)
                .Select(group => new AdamW.ParamGroup([.. group.Item1.Select(p => p.parameter)], weight_decay: group.Item2))
                .ToArray(),
            learningRate,
            beta1: 0.9,
            beta2: 0.999,
            eps: 1e-8);
    }

    public void ZeroGradients() => optimizer.zero_grad();

    /// <summary>Updates the weights by their gradients.</summary>
    public void Step(double learningRate)
    {
        foreach (var group in optimizer.ParamGroups)
            group.LearningRate = learningRate;
        optimizer.step();
    }

    /// <summary>The moments of every parameter, e.g. <c>classifier.1.weight.exp_avg</c>. The tensors stay the optimiser's own.</summary>
    public IReadOnlyList<(string Name, Tensor Tensor)> NamedTensors() =>
    [
        .. States().SelectMany(s => ((string, Tensor)[])[(s.Name + Mean, s.State.exp_avg), (s.Name + Square, s.State.exp_avg_sq)]),
    ];

    /// <summary>Updates done so far.</summary>
    public long Steps => States().First().State.step;

    /// <summary>Takes over moments from a file and the number of updates they come from.</summary>
    public void Load(SafetensorsFile file, long steps)
    {
        foreach (var (name, tensor) in NamedTensors())
            file.ReadInto(name, tensor);
        foreach (var (_, state) in States())
            state.step = steps;
    }

    public void Dispose() => optimizer.Dispose();

    private IEnumerable<(string Name, AdamW.State State)> States() =>
        parameters.Zip(optimizer.state_dict().State, (p, state) => (p.Name, (AdamW.State)state));
}
