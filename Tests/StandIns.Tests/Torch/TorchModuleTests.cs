using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Linnaeus.StandIns.Tests.Torch;

[Collection("torch")]
public sealed class TorchModuleTests
{
    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly Conv2d conv;
        private readonly Sequential tail;
        private readonly Parameter scale;
        [ComponentName(Name = "offset")] private readonly Tensor shift;

        public Block() : base(nameof(Block))
        {
            conv = Conv2d(3, 4, 3, padding: 1, bias: false);
            tail = Sequential(BatchNorm2d(4), SiLU());
            scale = Parameter(ones(4, 1, 1));
            shift = zeros(4, 1, 1);
            RegisterComponents();
            register_buffer("scratch", zeros(2), persistent: false);
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return (tail.call(conv.call(input)) * scale + shift).MoveToOuterDisposeScope();
        }
    }

    [Fact]
    public void Components_are_found_by_field_and_named_by_path()
    {
        using var block = new Block();
        Assert.Equal(["scale", "conv.weight", "tail.0.weight", "tail.0.bias"], block.named_parameters().Select(p => p.name));
        Assert.Equal(["offset", "scratch", "tail.0.running_mean", "tail.0.running_var", "tail.0.num_batches_tracked"], block.named_buffers().Select(b => b.name));
        Assert.Equal(["conv", "tail", "tail.0", "tail.1"], block.named_modules().Select(m => m.name));
        Assert.DoesNotContain("scratch", block.state_dict().Keys);
        Assert.Equal(8, block.state_dict().Count);
    }

    [Fact]
    public void State_of_one_module_loads_into_another()
    {
        using var scope = NewDisposeScope();
        using var first = new Block();
        using var second = new Block();
        var x = randn(2, 3, 5, 5);
        first.call(x); // running statistics move
        first.eval();
        second.eval();
        Assert.False(first.call(x).allclose(second.call(x)));
        var (missing, unexpected) = second.load_state_dict(first.state_dict());
        Assert.Empty(missing);
        Assert.Empty(unexpected);
        Assert.True(first.call(x).Equals(second.call(x)));
        Assert.Throws<InvalidOperationException>(() => second.load_state_dict(new() { ["conv.weight"] = ones(4, 3, 3, 3) }));
        Assert.Equal(7, second.load_state_dict(new() { ["conv.weight"] = ones(4, 3, 3, 3) }, strict: false).missing_keys.Count);
    }

    [Fact]
    public void Train_and_eval_reach_every_submodule()
    {
        using var block = new Block();
        block.eval();
        Assert.All(block.modules(), m => Assert.False(m.training));
        block.train();
        Assert.All(block.modules(), m => Assert.True(m.training));
    }

    [Fact]
    public void Conversion_keeps_the_parameter_objects_and_integral_buffers()
    {
        using var block = new Block();
        var weight = block.get_parameter("conv.weight");
        block.to(ScalarType.Float64);
        Assert.Same(weight, block.get_parameter("conv.weight"));
        Assert.Equal(ScalarType.Float64, weight!.dtype);
        Assert.True(weight.requires_grad && weight.is_leaf);
        Assert.Equal(ScalarType.Int64, block.get_buffer("tail.0.num_batches_tracked")!.dtype);
        using var scope = NewDisposeScope();
        Assert.Equal(ScalarType.Float64, block.call(ones([1, 3, 4, 4], ScalarType.Float64)).dtype);
    }

    [Fact]
    public void Hooks_see_and_replace_the_output_until_removed()
    {
        using var scope = NewDisposeScope();
        using var layer = Linear(2, 1, hasBias: false);
        var x = ones(1, 2);
        var plain = layer.call(x).item<float>();
        var hook = layer.register_forward_hook((_, _, output) => output * 2);
        Assert.Equal(plain * 2, layer.call(x).item<float>());
        Assert.Equal(plain, layer.forward(x).item<float>());
        hook.remove();
        Assert.Equal(plain, layer.call(x).item<float>());
    }

    [Fact]
    public void Gradients_are_clipped_to_a_joint_norm()
    {
        using var scope = NewDisposeScope();
        using var layer = Linear(3, 2);
        (layer.call(ones(4, 3)) * 10).pow(2).sum().backward();
        var norm = utils.clip_grad_norm_(layer.parameters(), 0.5);
        Assert.True(norm > 0.5);
        Assert.Equal(0.5, Math.Sqrt(layer.parameters().Sum(p => p.grad!.pow(2).sum().ToDouble())), 4);
    }

    [Fact]
    public void Disposing_a_module_frees_its_tensors_and_those_below()
    {
        var before = LiveTensors.Count();
        using (NewDisposeScope()) new Block().Dispose();
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void AdamW_state_carries_over()
    {
        using var scope = NewDisposeScope();
        using var layer = Linear(3, 2);
        using var optimizer = optim.AdamW(layer.parameters(), lr: 0.1, beta2: 0.999);
        for (var i = 0; i < 3; i++) Step(layer, optimizer);

        using var twin = Linear(3, 2);
        twin.load_state_dict(layer.state_dict());
        using var resumed = optim.AdamW(twin.parameters(), lr: 0.5);
        resumed.load_state_dict(optimizer.state_dict());
        Assert.Equal(0.1, resumed.ParamGroups.Single().LearningRate);
        Step(layer, optimizer);
        Step(twin, resumed);
        Assert.True(layer.weight.Equals(twin.weight));

        static void Step(Linear l, AdamW o)
        {
            o.zero_grad();
            l.call(arange(12, dtype: ScalarType.Float32).view(4, 3)).pow(2).mean().backward();
            o.step();
        }
    }
}
