using TorchSharp;
using TorchSharp.Modules;
using static Linnaeus.StandIns.Tests.Torch.TorchReference;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Linnaeus.StandIns.Tests.Torch;

/// <summary>Every operation against what PyTorch answers for the same input.</summary>
[Collection("torch")]
public sealed class TorchNumbersTests
{
    private static Tensor A => Input("a");
    private static Tensor B => Input("b");
    private static Tensor P => Input("p");
    private static Tensor V => Input("v");
    private static Tensor M => Input("m");
    private static Tensor X => Input("x");
    private static Tensor W => Input("w");
    private static Tensor C => Input("c");
    private static Tensor S => Input("s");
    private static Tensor T => Input("t");
    private static Tensor U => Input("u");
    private static Tensor H => Input("h");
    private static Tensor Q => Input("q");
    private static Tensor K => Input("k");
    private static Tensor Mask => Input("mask");
    private static Tensor Y => Input("y");
    private static Tensor I => Input("i");
    private static Tensor G => Input("g");
    private static Tensor Grid => F.affine_grid(Input("theta"), [2, 3, 5, 6], align_corners: false);

    private static readonly Dictionary<string, Func<Tensor>> Cases = new()
    {
        ["add"] = () => A + B,
        ["add_alpha"] = () => A.add(B, alpha: 0.5),
        ["sub_number"] = () => 2 - A,
        ["mul"] = () => A.mul_(B),
        ["div"] = () => A / P,
        ["div_number"] = () => 3 / P,
        ["neg"] = () => -A,
        ["rem"] = () => A % 0.7,
        ["pow"] = () => P.pow(1.7),
        ["pow_tensor"] = () => P.pow(B),
        ["exp"] = () => A.exp(),
        ["log"] = () => log(P),
        ["sqrt"] = () => P.sqrt_(),
        ["rsqrt"] = () => P.rsqrt(),
        ["sigmoid"] = () => A.sigmoid_(),
        ["tanh"] = () => A.tanh(),
        ["abs"] = () => A.abs(),
        ["floor"] = () => A.floor(),
        ["round"] = () => (A * 3).round(),
        ["erf"] = () => A.erf(),
        ["clamp"] = () => A.clamp_(-0.5, 0.6),
        ["clamp_min"] = () => A.clamp(min: 0.1),
        ["gt"] = () => A > B,
        ["le"] = () => A <= 0.2,
        ["and"] = () => Mask & (A > B),
        ["not"] = () => Mask.logical_not(),
        ["maximum"] = () => maximum(A, B),
        ["where"] = () => where(Mask, A, B),
        ["lerp"] = () => A.lerp_(B, 0.3),
        ["addcmul"] = () => A.addcmul_(B, P, value: 0.4),
        ["addcdiv"] = () => A.addcdiv_(B, P, value: -0.4),
        ["sum"] = () => A.sum(),
        ["sum_dim"] = () => A.sum(1),
        ["mean_dims"] = () => X.mean([0, 2, 3], keepdim: true),
        ["var"] = () => A.var(1, unbiased: false),
        ["std"] = () => X.std([2, 3]),
        ["norm"] = () => A.norm(),
        ["prod"] = () => P.prod(1),
        ["max_values"] = () => A.max(1).values,
        ["max_indexes"] = () => A.max(1).indexes,
        ["argmax"] = () => A.argmax(),
        ["amin"] = () => X.amin([1, 2]),
        ["topk_values"] = () => H.topk(3).values,
        ["topk_indexes"] = () => H.topk(3).indexes,
        ["argsort"] = () => H.argsort(1, descending: true),
        ["sort"] = () => V.sort().Values,
        ["cumsum"] = () => A.cumsum(1),
        ["logsumexp"] = () => H.logsumexp(1),
        ["any"] = () => Mask.any(1),
        ["median"] = () => V.median(),
        ["bincount"] = () => I.bincount(minlength: 5),
        ["quantile"] = () => V.quantile(tensor(new[] { 0.1f, 0.5f }), dim: 0),
        ["count_nonzero"] = () => Mask.count_nonzero(),
        ["nonzero"] = () => Mask.nonzero(),
        ["slice"] = () => X[TensorIndex.Colon, 1.., TensorIndex.Slice(2, 9, 3)],
        ["select"] = () => X[1, TensorIndex.Colon, ^1],
        ["range"] = () => V[1..^1],
        ["index_select"] = () => A.index_select(1, I),
        ["index_tensor"] = () => A[TensorIndex.Colon, I],
        ["gather"] = () => A.gather(1, G),
        ["masked_select"] = () => A[Mask],
        ["masked_fill"] = () => A.masked_fill(Mask, -1.5),
        ["ellipsis"] = () => X[TensorIndex.Ellipsis, TensorIndex.None, 2],
        ["scatter"] = () => zeros(3, 4).scatter_(1, G, 1.0),
        ["take"] = () => A.flatten().take(I),
        ["index_put"] = () => Changed(A, t => t[TensorIndex.Colon, 1] = full([3], 9.0)),
        ["mask_put"] = () => Changed(A, t => t.index_put_(4, Mask)),
        ["permute"] = () => X.permute(0, 2, 3, 1),
        ["flip"] = () => X.flip(3),
        ["roll"] = () => X.roll([1, -2], [2, 3]),
        ["cat"] = () => cat([A, B], 1),
        ["stack"] = () => stack([A, B], 1),
        ["chunk"] = () => X.chunk(2, 3)[1],
        ["split"] = () => V.split([1, 2, 3])[2],
        ["expand"] = () => S.unsqueeze(1).expand(3, 4),
        ["repeat"] = () => A.repeat(2, 1),
        ["flatten"] = () => X.flatten(1),
        ["unbind"] = () => A.unbind(0)[1],
        ["tril"] = () => H.tril(),
        ["meshgrid"] = () => meshgrid([V, S])[0],
        ["repeat_interleave"] = () => V.repeat_interleave(2),
        ["arange"] = () => arange(1, 2, 0.25),
        ["linspace"] = () => linspace(-1, 1, 7),
        ["full"] = () => full([2, 2], 3.5),
        ["eye"] = () => eye(3),
        ["one_hot"] = () => F.one_hot(Y, 7),
        ["matmul"] = () => A.matmul(M),
        ["bmm"] = () => Input("batch1").bmm(Input("batch2")),
        ["einsum"] = () => einsum("bij,bjk->bk", Input("batch1"), Input("batch2")),
        ["dot"] = () => V.dot(C),
        ["softmax"] = () => H.softmax(1),
        ["log_softmax"] = () => F.log_softmax(H, 1),
        ["relu"] = () => F.relu(A),
        ["relu6"] = () => F.relu6(A * 5, inplace: true),
        ["silu"] = () => F.silu(A, inplace: true),
        ["gelu"] = () => F.gelu(A),
        ["hardswish"] = () => F.hardswish(A),
        ["conv2d"] = () => F.conv2d(X, W, C, strides: [2, 2], padding: [1, 1]),
        ["conv2d_groups"] = () => F.conv2d(X, Input("wg"), padding: [1, 1], groups: 3),
        ["linear"] = () => F.linear(H, H[..2]),
        ["batch_norm"] = () => F.batch_norm(X, S, T, U, S),
        ["batch_norm_train"] = () => F.batch_norm(X, S, T, U, S, training: true),
        ["layer_norm"] = () => F.layer_norm(A, [4]),
        ["adaptive_avg_pool2d"] = () => F.adaptive_avg_pool2d(X, 1),
        ["avg_pool2d"] = () => F.avg_pool2d(X, 3, 2, 1),
        ["max_pool2d"] = () => F.max_pool2d(X, 2),
        ["interpolate"] = () => F.interpolate(X, [5, 13], mode: InterpolationMode.Bilinear),
        ["interpolate_antialias"] = () => F.interpolate(X, [4, 3], mode: InterpolationMode.Bilinear, antialias: true),
        ["interpolate_bicubic"] = () => F.interpolate(X, [5, 13], mode: InterpolationMode.Bicubic, align_corners: true),
        ["interpolate_scale"] = () => F.interpolate(X, scale_factor: [1.7, 1.7]),
        ["affine_grid"] = () => Grid,
        ["pad_reflect"] = () => F.pad(X, [2, 1, 3, 0], PaddingModes.Reflect),
        ["pad_replicate"] = () => F.pad(X, (2, 1, 3, 0), PaddingModes.Replicate),
        ["pad_constant"] = () => F.pad(A, (1, 2), value: 0.5),
        ["pad_circular"] = () => F.pad(X, [1, 2, 2, 1], PaddingModes.Circular),
        ["cross_entropy"] = () => F.cross_entropy(H, Y),
        ["cross_entropy_smooth"] = () => F.cross_entropy(H, Y, weight: K, label_smoothing: 0.1),
        ["cross_entropy_soft"] = () => F.cross_entropy(H, Q, label_smoothing: 0.05),
        ["cross_entropy_none"] = () => F.cross_entropy(H, Y, reduction: Reduction.None),
        ["nll_loss"] = () => F.nll_loss(H.log_softmax(1), Y, weight: K),
        ["mse_loss"] = () => F.mse_loss(A, B),
        ["l1_loss"] = () => F.l1_loss(A, B, Reduction.Sum),
        ["bce"] = () => F.binary_cross_entropy_with_logits(A, P),
        ["kl_div"] = () => F.kl_div(H.log_softmax(1), Q, log_target: false, reduction: Reduction.Sum),
        ["grad_conv"] = () => Gradients(l => F.silu(F.conv2d(l[0], l[1], l[2], strides: [2, 2], padding: [1, 1])).mean([2, 3]).pow(2).sum(), X, W, C),
        ["grad_cross_entropy"] = () => Gradients(l => F.cross_entropy(l[0], Y, label_smoothing: 0.1), H),
        ["grad_grid_sample"] = () => Gradients(l => F.grid_sample(l[0], Grid, align_corners: false).pow(2).sum(), X),
        ["second_derivative"] = SecondDerivative,
        ["adamw"] = () => TwentySteps((weight, bias) => optim.AdamW(
            [new AdamW.ParamGroup([weight]) { Options = { weight_decay = 0.05 } }, new AdamW.ParamGroup([bias], weight_decay: 0)],
            lr: 0.01, beta1: 0.9, beta2: 0.999, eps: 1e-8)),
        ["adam"] = () => TwentySteps((weight, bias) => TwoAdamGroups(weight, bias, amsgrad: false)),
        ["adam_amsgrad"] = () => TwentySteps((weight, bias) => TwoAdamGroups(weight, bias, amsgrad: true)),
        ["sgd"] = () => TwentySteps((weight, bias) => TwoSgdGroups(weight, bias)),
        ["sgd_momentum"] = () => TwentySteps((weight, bias) => TwoSgdGroups(weight, bias, momentum: 0.9, dampening: 0.2)),
        ["sgd_nesterov"] = () => TwentySteps((weight, bias) => TwoSgdGroups(weight, bias, momentum: 0.9, nesterov: true)),
        ["grid_sample_zeros_bilinear"] = () => Sample(GridSampleMode.Bilinear, GridSamplePaddingMode.Zeros),
        ["grid_sample_zeros_nearest"] = () => Sample(GridSampleMode.Nearest, GridSamplePaddingMode.Zeros),
        ["grid_sample_border_bilinear"] = () => Sample(GridSampleMode.Bilinear, GridSamplePaddingMode.Border),
        ["grid_sample_border_nearest"] = () => Sample(GridSampleMode.Nearest, GridSamplePaddingMode.Border),
        ["grid_sample_reflection_bilinear"] = () => Sample(GridSampleMode.Bilinear, GridSamplePaddingMode.Reflection),
        ["grid_sample_reflection_nearest"] = () => Sample(GridSampleMode.Nearest, GridSamplePaddingMode.Reflection),
    };

    public static TheoryData<string> CaseNames => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(CaseNames))]
    public void Operation_gives_what_PyTorch_gives(string name)
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        using var scope = NewDisposeScope();
        var expected = Result(name);
        var actual = Cases[name]();
        Assert.Equal(expected.shape, actual.shape);
        Assert.Equal(expected.dtype, actual.dtype);
        var difference = (actual.to(ScalarType.Float64) - expected.to(ScalarType.Float64)).abs().max().item<double>();
        Assert.True(difference <= 2e-6, $"{name} differs by {difference}");
    }

    [Fact]
    public void Every_reference_result_is_compared()
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        Assert.Empty(Names.Except(Cases.Keys));
    }

    private static Tensor Sample(GridSampleMode mode, GridSamplePaddingMode padding) => F.grid_sample(X, Grid, mode, padding, align_corners: false);

    private static Tensor Changed(Tensor tensor, Action<Tensor> change)
    {
        change(tensor);
        return tensor;
    }

    private static Tensor Gradients(Func<Tensor[], Tensor> loss, params Tensor[] leaves)
    {
        foreach (var leaf in leaves) leaf.requires_grad = true;
        loss(leaves).backward();
        return cat([.. leaves.Select(l => l.grad!.flatten())]);
    }

    private static Tensor SecondDerivative()
    {
        var z = A.requires_grad_();
        var first = autograd.grad([z.pow(3).sum()], [z], create_graph: true)[0];
        return autograd.grad([first.sum()], [z])[0];
    }

    private static Tensor TwentySteps(Func<Parameter, Parameter, OptimizerHelper> create)
    {
        var (a, b) = (A, B);
        var weight = new Parameter(M);
        var bias = new Parameter(zeros(5));
        using var optimizer = create(weight, bias);
        for (var step = 0; step < 20; step++)
        {
            foreach (var group in optimizer.ParamGroups) group.LearningRate = 0.01 * (step + 1) / 20;
            optimizer.zero_grad();
            ((a.matmul(weight) + bias).tanh() - b[TensorIndex.Colon, ..1]).pow(2).mean().backward();
            optimizer.step();
        }
        Assert.Equal(2, optimizer.state_dict().State.Count);
        using (no_grad()) return cat([weight.flatten(), bias]);
    }

    private static Adam TwoAdamGroups(Parameter weight, Parameter bias, bool amsgrad) => optim.Adam(
        [new Adam.ParamGroup([weight]) { Options = { weight_decay = 0.05, amsgrad = amsgrad } }, new Adam.ParamGroup([bias], amsgrad: amsgrad)], lr: 0.01);

    private static SGD TwoSgdGroups(Parameter weight, Parameter bias, double momentum = 0, double dampening = 0, bool nesterov = false) => optim.SGD(
        new[] { (weight, 0.05), (bias, 0.0) }.Select(p =>
            new SGD.ParamGroup([p.Item1], momentum: momentum, dampening: dampening, weight_decay: p.Item2, nesterov: nesterov)),
        learningRate: 0.01);
}
