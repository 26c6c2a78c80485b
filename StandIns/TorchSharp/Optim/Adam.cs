using TorchSharp.Interop;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <summary>Kingma and Ba 2015; weight decay, if any, is added to the gradient.</summary>
            public static Adam Adam(IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.99, double eps = 1e-8,
                double weight_decay = 0, bool amsgrad = false, bool maximize = false) => new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
            public static Adam Adam(IEnumerable<(string name, Parameter parameter)> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.99, double eps = 1e-8,
                double weight_decay = 0, bool amsgrad = false, bool maximize = false) => new(parameters.Select(p => p.parameter), lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
            public static Adam Adam(IEnumerable<Adam.ParamGroup> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.99, double eps = 1e-8,
                double weight_decay = 0, bool amsgrad = false, bool maximize = false) => new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
        }
    }

    namespace Modules
    {
        public class Adam : OptimizerHelper, IBetas
        {
            public Adam(IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
                double weight_decay = 0, bool amsgrad = false, bool maximize = false)
                : this([new ParamGroup { Parameters = parameters }], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize) { }

            public Adam(IEnumerable<ParamGroup> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
                double weight_decay = 0, bool amsgrad = false, bool maximize = false)
            {
                if (lr < 0) throw new ArgumentException($"Invalid learning rate: {lr}");
                if (eps < 0) throw new ArgumentException($"Invalid ε: {eps}");
                if (beta1 is < 0 or >= 1) throw new ArgumentException($"Invalid beta1: {beta1}");
                if (beta2 is < 0 or >= 1) throw new ArgumentException($"Invalid beta2: {beta2}");
                if (weight_decay < 0) throw new ArgumentException($"Invalid weight_decay value: {weight_decay}");
                _defaults = new Options
                {
                    LearningRate = lr,
                    InitialLearningRate = lr,
                    beta1 = beta1,
                    beta2 = beta2,
                    eps = eps,
                    weight_decay = weight_decay,
                    amsgrad = amsgrad,
                    maximize = maximize,
                };
                foreach (var group in parameters) add_param_group(group);
            }

            public (double, double) Betas
            {
                get => (((Options)_defaults).beta1!.Value, ((Options)_defaults).beta2!.Value);
                set => (((Options)_defaults).beta1, ((Options)_defaults).beta2) = value;
            }

            public override void add_param_group(Modules.ParamGroup param_group)
            {
                param_group.Options ??= new Options();
                var (options, defaults) = ((Options)param_group.Options, (Options)_defaults);
                options.LearningRate ??= defaults.LearningRate;
                options.beta1 ??= defaults.beta1;
                options.beta2 ??= defaults.beta2;
                options.eps ??= defaults.eps;
                options.weight_decay ??= defaults.weight_decay;
                options.amsgrad ??= defaults.amsgrad;
                options.maximize ??= defaults.maximize;
                options.InitialLearningRate = options.LearningRate!.Value;
                param_group.Parameters = [.. param_group.Parameters];
                _parameter_groups.Add(param_group);
                foreach (var parameter in param_group.Parameters)
                {
                    var state = new State(parameter);
                    state.Initialize(options);
                    _state[parameter] = state;
                }
            }

            public override Tensor? step(Func<Tensor>? closure = null)
            {
                Tensor? loss = null;
                if (closure is not null)
                    using (enable_grad()) loss = closure();
                foreach (var group in _parameter_groups)
                {
                    var o = (Options)group.Options;
                    Parameter[] members = [.. group.Parameters];
                    State[] states = [.. members.Select(p => (State)_state[p])];
                    var rates = new AdamRates(
                        o.LearningRate!.Value, o.beta1!.Value, o.beta2!.Value, o.eps!.Value, o.weight_decay!.Value, false, o.maximize!.Value);
                    var steps = rates.Update(members, [.. states.Select(s => new AdamMoments(s.exp_avg, s.exp_avg_sq, s.max_exp_avg_sq, s.step))]);
                    foreach (var (state, step) in states.Zip(steps)) state.step = step;
                }
                return loss;
            }

            public class Options : OptimizerOptions
            {
                public double? beta1, beta2, weight_decay, eps;
                public bool? amsgrad, maximize;

                public override void LoadStateDict(OptimizerOptions source)
                {
                    base.LoadStateDict(source);
                    var o = (Options)source;
                    (beta1, beta2, eps, weight_decay, amsgrad, maximize) = (o.beta1, o.beta2, o.eps, o.weight_decay, o.amsgrad, o.maximize);
                }
            }

            public class ParamGroup : ParamGroup<Options>, IBetas
            {
                public ParamGroup() { }
                public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options) { }
                public ParamGroup(IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
                    double weight_decay = 0, bool amsgrad = false, bool maximize = false)
                    : base(parameters, new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, amsgrad = amsgrad, maximize = maximize }) { }

                public (double, double) Betas
                {
                    get => (Options.beta1!.Value, Options.beta2!.Value);
                    set => (Options.beta1, Options.beta2) = value;
                }
            }

            public class State(Parameter parameter) : OptimizerState(parameter), IDisposable
            {
                public long step;
                public Tensor exp_avg = null!;
                public Tensor exp_avg_sq = null!;
                public Tensor? max_exp_avg_sq;

                public override void Initialize(OptimizerOptions options)
                {
                    Dispose();
                    step = 0;
                    using var guard = no_grad();
                    exp_avg = zeros_like(_parameter).DetachFromDisposeScope();
                    exp_avg_sq = zeros_like(_parameter).DetachFromDisposeScope();
                    max_exp_avg_sq = ((Options)options).amsgrad == true ? zeros_like(_parameter).DetachFromDisposeScope() : null;
                }

                public override void LoadStateDict(OptimizerState source)
                {
                    var other = (State)source;
                    step = other.step;
                    exp_avg.copy_(other.exp_avg);
                    exp_avg_sq.copy_(other.exp_avg_sq);
                    if (max_exp_avg_sq is not null && other.max_exp_avg_sq is not null) max_exp_avg_sq.copy_(other.max_exp_avg_sq);
                }

                public override void to(Device device)
                {
                    exp_avg.SetData(exp_avg.to(device));
                    exp_avg_sq.SetData(exp_avg_sq.to(device));
                    max_exp_avg_sq?.SetData(max_exp_avg_sq.to(device));
                }

                public override bool ApproximatelyEquals(OptimizerState other) =>
                    other is State s && step == s.step && exp_avg.allclose(s.exp_avg) && exp_avg_sq.allclose(s.exp_avg_sq);

                public void Dispose()
                {
                    exp_avg?.Dispose();
                    exp_avg_sq?.Dispose();
                    max_exp_avg_sq?.Dispose();
                    GC.SuppressFinalize(this);
                }
            }
        }
    }
}
