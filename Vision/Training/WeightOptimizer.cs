using Linnaeus.Vision.Checkpoints;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Training;

/// <summary>
/// Updates parameters, each with its own learning rate multiplier, and exposes its state by parameter name. Weights are
/// decayed; biases and normalization (one dimension) are not.
/// </summary>
internal sealed class WeightOptimizer : IDisposable
{
    private const string Gradient = ".grad";

    private readonly TrainedParameter[] parameters;
    private readonly double[] groupFactors;
    private readonly OptimizerHelper optimizer;

    public WeightOptimizer(IReadOnlyList<TrainedParameter> trained, TrainingOptions options)
    {
        if (trained.Count == 0)
            throw new ArgumentException("All parameters are frozen; there is nothing to train.", nameof(trained));
        var groups = trained
            .GroupBy(p => (p.RateFactor, Decay: p.Parameter.dim() > 1 ? options.WeightDecay : 0))
            .Select(group => (group.Key.RateFactor, group.Key.Decay, Members: group.ToArray()))
            .ToArray();
        // In the optimizer's order, so that names and states match by index.
        parameters = [.. groups.SelectMany(group => group.Members)];
        groupFactors = [.. groups.Select(group => group.RateFactor)];
        optimizer = Create(options, [.. groups.Select(group => (group.Members.Select(p => p.Parameter).ToArray(), group.Decay))]);
        FillMomentum();
    }

    /// <summary>Updates done so far.</summary>
    public long Steps { get; private set; }

    public void ZeroGradients() => optimizer.zero_grad();

    /// <summary>Updates the weights.</summary>
    /// <param name="learningRate">Learning rate of a parameter with multiplier 1.</param>
    public void Step(double learningRate)
    {
        foreach (var (group, factor) in optimizer.ParamGroups.Zip(groupFactors))
            group.LearningRate = learningRate * factor;
        optimizer.step();
        Steps++;
    }

    /// <summary>Clips the global gradient norm to <paramref name="largest"/>, like PyTorch's <c>clip_grad_norm_</c>.</summary>
    public void ClipGradients(double largest)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var gradients = parameters.Select(p => p.Parameter.grad).OfType<Tensor>().ToArray();
        var norm = stack(gradients.Select(gradient => gradient.norm()).ToArray()).norm();
        var factor = norm.add(1e-6).pow(-1).mul(largest).clamp_max(1);
        foreach (var gradient in gradients)
            gradient.mul_(factor);
    }

    /// <summary>The moments of every parameter, e.g. <c>classifier.1.weight.exp_avg</c>. The optimizer owns the tensors.</summary>
    public IReadOnlyList<(string Name, Tensor Tensor)> NamedTensors() =>
        [.. parameters.Zip(States()).SelectMany(p => Moments(p.Second).Select(moment => (p.First.Name + moment.Suffix, moment.Tensor)))];

    /// <summary>The accumulated gradients of the next update, e.g. <c>classifier.1.weight.grad</c>.</summary>
    public IReadOnlyList<(string Name, Tensor Tensor)> NamedGradients() =>
        [.. parameters.Where(p => p.Parameter.grad is not null).Select(p => (p.Name + Gradient, p.Parameter.grad!))];

    /// <summary>Loads moments, the number of updates and, if present, accumulated gradients from a file.</summary>
    public void Load(SafetensorsFile file, long steps)
    {
        ZeroGradients();
        foreach (var (name, tensor) in NamedTensors())
            file.ReadInto(name, tensor);
        foreach (var state in States())
        {
            if (state is Adam.State adam)
                adam.step = steps;
            else if (state is AdamW.State adamW)
                adamW.step = steps;
        }

        Steps = steps;
        foreach (var (name, parameter, _) in parameters.Where(p => file.Contains(p.Name + Gradient)))
        {
            using var gradient = zeros_like(parameter);
            file.ReadInto(name + Gradient, gradient);
            parameter.grad = gradient;
        }
    }

    public void Dispose() => optimizer.Dispose();

    private static OptimizerHelper Create(TrainingOptions options, (Parameter[] Parameters, double Decay)[] groups)
    {
        var rate = options.LearningRate;
        return options.Optimizer switch
        {
            OptimizerKind.Adam => optim.Adam(
                groups.Select(g => new Adam.ParamGroup(g.Parameters, weight_decay: g.Decay)).ToArray(), rate, beta1: 0.9, beta2: 0.999, eps: 1e-8),
            OptimizerKind.Sgd => optim.SGD(
                groups.Select(g => new SGD.ParamGroup(g.Parameters, momentum: options.Momentum, weight_decay: g.Decay)).ToArray(), rate, options.Momentum),
            OptimizerKind.AdamW => optim.AdamW(
                groups.Select(g => new AdamW.ParamGroup(g.Parameters, weight_decay: g.Decay)).ToArray(), rate, beta1: 0.9, beta2: 0.999, eps: 1e-8),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Optimizer, "unknown optimizer"),
        };
    }

    /// <summary>Creates zero momentum buffers, which do not change the first update but can be saved and loaded.</summary>
    private void FillMomentum()
    {
        foreach (var (parameter, state) in parameters.Zip(States()))
        {
            if (state is SGD.State momentum)
                momentum.momentum_buffer = zeros_like(parameter.Parameter).DetachFromDisposeScope();
        }
    }

    private static (string Suffix, Tensor Tensor)[] Moments(OptimizerState state) => state switch
    {
        AdamW.State s => [(".exp_avg", s.exp_avg), (".exp_avg_sq", s.exp_avg_sq)],
        Adam.State s => [(".exp_avg", s.exp_avg), (".exp_avg_sq", s.exp_avg_sq)],
        SGD.State { momentum_buffer: { } buffer } => [(".momentum_buffer", buffer)],
        _ => [],
    };

    private IReadOnlyList<OptimizerState> States() => [.. optimizer.state_dict().State];
}
