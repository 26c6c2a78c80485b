using TorchSharp.Modules;
using static TorchSharp.torch.optim;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <summary>Something whose learning rate can be set while training: a parameter group.</summary>
            public interface ILearningRateController
            {
                double LearningRate { get; set; }
                double InitialLearningRate { get; set; }
            }

            /// <summary>Changes parameters by their gradients.</summary>
            public abstract class Optimizer : IDisposable
            {
                protected IList<ParamGroup> _parameter_groups = [];

                public virtual IEnumerable<ILearningRateController> ParamGroups => _parameter_groups;
                public virtual IEnumerable<Parameter> parameters() => _parameter_groups.SelectMany(g => g.Parameters);
                public abstract void add_param_group(ParamGroup param_group);

                /// <summary>One update; gradients are not recorded in it. The closure, when given, computes the loss first.</summary>
                public abstract Tensor? step(Func<Tensor>? closure = null);

                public virtual void zero_grad(bool set_to_none = true)
                {
                    foreach (var parameter in parameters())
                    {
                        if (set_to_none) { parameter.grad = null; continue; }
                        using var gradient = parameter.grad;
                        gradient?.zero_();
                    }
                }

                public void Dispose()
                {
                    Dispose(true);
                    GC.SuppressFinalize(this);
                }
                protected virtual void Dispose(bool disposing) { }

                /// <summary>Options of the groups, and states of the parameters in the order of the groups.</summary>
                public class StateDictionary
                {
                    internal StateDictionary() { }
                    public List<OptimizerOptions> Options { get; } = [];
                    public List<OptimizerState> State { get; } = [];
                }
            }
        }
    }

    namespace Modules
    {
        public class OptimizerOptions
        {
            public double? LearningRate { get; set; }
            public double InitialLearningRate { get; set; }

            public virtual void LoadStateDict(OptimizerOptions source)
            {
                InitialLearningRate = source.InitialLearningRate;
                LearningRate = source.LearningRate;
            }
        }

        /// <summary>What an optimiser remembers of one parameter.</summary>
        public abstract class OptimizerState(Parameter parameter)
        {
            protected readonly Parameter _parameter = parameter;
            public abstract void LoadStateDict(OptimizerState source);
            public virtual void to(torch.Device device) { }
            public virtual bool ApproximatelyEquals(OptimizerState other) => false;
            public abstract void Initialize(OptimizerOptions options);
        }

        public class ParamGroup : ILearningRateController
        {
            public IEnumerable<Parameter> Parameters { get; set; } = [];
            public OptimizerOptions Options { get; set; } = null!;
            public double LearningRate { get => Options.LearningRate!.Value; set => Options.LearningRate = value; }
            public double InitialLearningRate { get => Options.InitialLearningRate; set => Options.InitialLearningRate = value; }
        }

        public class ParamGroup<TOptions> : ParamGroup where TOptions : OptimizerOptions
        {
            public ParamGroup() { }
            public ParamGroup(IEnumerable<Parameter> parameters, TOptions? options = null)
            {
                Parameters = parameters;
                Options = options!;
            }
            public new TOptions Options { get => (TOptions)base.Options; set => base.Options = value; }
        }

        /// <summary>An optimiser with a state for each parameter.</summary>
        public abstract class OptimizerHelper : Optimizer
        {
            protected OptimizerOptions _defaults = null!;
            protected Dictionary<Parameter, OptimizerState> _state = new(ReferenceEqualityComparer.Instance);

            public virtual StateDictionary state_dict()
            {
                var result = new StateDictionary();
                foreach (var group in _parameter_groups)
                {
                    result.Options.Add(group.Options);
                    result.State.AddRange(group.Parameters.Select(p => _state[p]));
                }
                return result;
            }

            public virtual void load_state_dict(StateDictionary state_dict)
            {
                var own = this.state_dict();
                if (state_dict.Options.Count != own.Options.Count) throw new ArgumentException("Invalid optimizer state -- different number of parameter groups.");
                if (state_dict.State.Count != own.State.Count) throw new ArgumentException("Invalid optimizer state -- different number of states.");
                foreach (var (target, source) in own.Options.Zip(state_dict.Options)) target.LoadStateDict(source);
                foreach (var (target, source) in own.State.Zip(state_dict.State)) target.LoadStateDict(source);
            }

            public void to(torch.Device device)
            {
                foreach (var state in _state.Values) state.to(device);
            }

            protected override void Dispose(bool disposing)
            {
                base.Dispose(disposing);
                if (!disposing) return;
                foreach (var state in _state.Values) (state as IDisposable)?.Dispose();
                _state.Clear();
            }
        }
    }
}
