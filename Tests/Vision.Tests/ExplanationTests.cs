using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Explanations;
using Linnaeus.Vision.Networks;
using TorchSharp;

namespace Linnaeus.Vision.Tests;

public sealed class ExplanationTests : IDisposable
{
    private static readonly Preprocessing Preprocessing = new() { ImageSize = 64 };

    private readonly ImageClassifier network = Architectures.Create(Architecture.EfficientNetB0, 5, seed: 8);
    private readonly torch.Tensor images;

    public ExplanationTests()
    {
        torch.manual_seed(21);
        images = torch.randn(2, 3, 64, 64);
        // Batch-norm statistics of some data, as a trained network has them.
        using var noGrad = torch.no_grad();
        for (var i = 0; i < 5; i++)
            network.call(images).Dispose();
    }

    public void Dispose()
    {
        images.Dispose();
        network.Dispose();
    }

    [Fact]
    public void The_closed_form_is_what_the_gradient_gives_and_its_sum_plus_the_bias_is_the_logit()
    {
        using var scope = torch.NewDisposeScope();
        var results = GradCam.Explain(network, images, [3, 1]);
        network.eval();
        var activations = network.Features(images).detach().requires_grad_();
        var logits = network.Classify(network.Pool(activations));
        var explained = logits[0, 3] + logits[1, 1];
        var gradients = torch.autograd.grad([explained], [activations])[0];
        var expected = (gradients.mean([2, 3], keepdim: true) * activations).sum(1).detach().contiguous().data<float>().ToArray();

        Assert.Equal([2, 2], results[0].Raw.Shape);
        Assert.InRange(Furthest([.. results.SelectMany(r => r.Raw.Values)], expected), 0, 1e-5 * expected.Max(Math.Abs));
        Assert.All(results, r => Assert.InRange(Math.Abs(r.IdentityResidual!.Value), 0, 1e-5 * Math.Max(1, Math.Abs(r.Logit))));
    }

    [Fact]
    public void Why_one_class_and_not_another_is_the_difference_of_their_maps()
    {
        using var first = images.narrow(0, 0, 1);
        var both = GradCam.Explain(network, first, [new(3, Against: 1)])[0];
        var (one, other) = (GradCam.Explain(network, first, [3])[0], GradCam.Explain(network, first, [1])[0]);
        Assert.Equal(one.Logit - other.Logit, both.Explained.Score, 1e-5f);
        Assert.Equal((3, 1), (both.Explained.Target, both.Explained.Against));
        Assert.InRange(Math.Abs(both.IdentityResidual!.Value), 0, 1e-4);
        Assert.InRange(Furthest(both.Raw.Values, [.. one.Raw.Values.Zip(other.Raw.Values, (a, b) => a - b)]), 0, 1e-5);

        var options = new IntegratedGradientsOptions { Steps = 8 };
        float[] Attribute(ExplanationTarget target) => IntegratedGradients.Explain(network, first, Preprocessing, [target], options)[0].Map.Values;
        var difference = Attribute(3).Zip(Attribute(1), (a, b) => a - b).ToArray();
        Assert.InRange(Furthest(Attribute(new(3, Against: 1)), difference) / difference.Max(Math.Abs), 0, 1e-3);

        Assert.Contains("contrasted with itself", Assert.Throws<ArgumentException>(() => GradCam.Explain(network, first, [new(2, Against: 2)])).Message);
        var predicted = GradCam.Explain(network, first)[0].Target;
        Assert.Contains("predicted", Assert.Throws<ArgumentException>(() => GradCam.Explain(network, first, [new(null, Against: predicted)])).Message);
    }

    [Fact]
    public void A_layer_goes_by_its_name_or_that_of_its_stage()
    {
        var names = FeatureLayers.Names(network);
        Assert.Equal(18, names.Count);
        Assert.Equal(("features.0", "features.1.0", "features.8"), (names[0], names[1], names[^1]));
        Assert.Equal("features.8", GradCam.Explain(network, images)[0].Layer);
        var block = GradCam.Explain(network, images, layer: "features.3.1")[0];
        Assert.Equal([8, 8], block.Raw.Shape);
        Assert.Null(block.IdentityResidual);
        Assert.Equal(block.Map.Values, GradCam.Explain(network, images, layer: "features.3")[0].Map.Values);
        Assert.Contains("features.1.0, features.2.0", Assert.Throws<ArgumentException>(() => GradCam.Explain(network, images, layer: "classifier")).Message);
    }

    [Fact]
    public void A_map_reaches_from_zero_to_one_at_the_size_of_the_image()
    {
        var results = GradCam.Explain(network, images);

        Assert.Equal([64, 64], results[0].Map.Shape);
        foreach (var result in results.Where(r => r.HasPositiveEvidence && r.PositiveShare < 1))
        {
            Assert.Equal(1, result.Map.Values.Max());
            Assert.Equal(0, result.Map.Values.Min());
        }
    }

    [Fact]
    public void No_positive_evidence_is_said_and_the_map_stays_zero()
    {
        using (torch.no_grad())
            network.Head.weight.zero_();

        var result = GradCam.Explain(network, images, [2, 2])[0];

        Assert.False(result.HasPositiveEvidence);
        Assert.Equal(0, result.PositiveShare);
        Assert.All(result.Map.Values, v => Assert.Equal(0, v));
    }

    [Fact]
    public void Frozen_weights_a_training_mode_and_earlier_gradients_change_nothing()
    {
        var expected = Explain();
        network.SetTrainable(false);
        var frozen = Explain();
        network.SetTrainable(true);
        network.train();
        var training = Explain();

        Assert.Equal(expected, frozen);
        Assert.Equal(expected, training);
        Assert.True(network.training);
        Assert.All(network.parameters(), p => Assert.Null(p.grad));
    }

    [Fact]
    public void Images_in_a_batch_are_explained_as_they_are_alone()
    {
        using var second = images.narrow(0, 1, 1);
        var options = new IntegratedGradientsOptions { Steps = 8 };

        Assert.InRange(Furthest(GradCam.Explain(network, images, [0, 4])[1].Map.Values, GradCam.Explain(network, second, [4])[0].Map.Values), 0, 1e-4);
        var together = IntegratedGradients.Explain(network, images, Preprocessing, [0, 4], options)[1].Map.Values;
        var alone = IntegratedGradients.Explain(network, second, Preprocessing, [4], options)[0].Map.Values;
        Assert.InRange(Furthest(together, alone), 0, 1e-5);
    }

    [Fact]
    public void The_chunk_size_does_not_change_integrated_gradients()
    {
        using var first = images.narrow(0, 0, 1);
        var few = IntegratedGradients.Explain(network, first, Preprocessing, [1], new() { Steps = 12, ChunkSize = 5 })[0];
        var many = IntegratedGradients.Explain(network, first, Preprocessing, [1], new() { Steps = 12, ChunkSize = 12 })[0];

        Assert.InRange(Furthest(few.Map.Values, many.Map.Values) / many.Map.Values.Max(Math.Abs), 0, 1e-3);
    }

    [Fact]
    public void Integrated_gradients_of_a_quadratic_are_those_computed_by_hand()
    {
        // z_t = bias_t + sum_c weight_tc * mean(x_c^2), so IG of a pixel is weight_tc / pixels * (x^2 - black^2), with any number of nodes.
        using var quadratic = new PowerNetwork(2);
        using var first = images.narrow(0, 0, 1);
        var result = IntegratedGradients.Explain(quadratic, first, Preprocessing, [1], new() { Steps = 3, ChunkSize = 2 })[0];

        var pixels = first.contiguous().data<float>().ToArray();
        var weights = quadratic.Head.weight.data<float>().ToArray();
        for (var i = 0; i < pixels.Length; i += 997)
        {
            var channel = i / (64 * 64);
            var black = -Preprocessing.Mean[channel] / Preprocessing.Std[channel];
            Assert.Equal(weights[3 + channel] / (64 * 64) * ((pixels[i] * pixels[i]) - (black * black)), result.Map.Values[i], 1e-7);
        }

        Assert.Equal(result.Map.Values.Sum(v => (double)v) - (result.Logit - (double)result.BaselineScore), result.Delta, 12);
        Assert.InRange(result.RelativeDelta, 0, 1e-5);
    }

    [Fact]
    public void The_baseline_is_black_or_the_mean_color_as_asked()
    {
        using var scope = torch.NewDisposeScope();
        var black = torch.tensor(Preprocessing.Mean.Zip(Preprocessing.Std, (m, s) => -m / s).ToArray()).view(1, 3, 1, 1).expand(new long[] { 1, 3, 64, 64 }).contiguous();
        var mean = torch.zeros(1, 3, 64, 64);

        Assert.All(Attribute(black, Baseline.Black), v => Assert.Equal(0, v));
        Assert.All(Attribute(mean, Baseline.Mean), v => Assert.Equal(0, v));
        Assert.Contains(Attribute(mean, Baseline.Black), v => v != 0);
    }

    [Fact]
    public void Blur_and_noise_baselines_are_complete_too_and_noise_follows_its_seed()
    {
        using var quadratic = new PowerNetwork(2);
        using var first = images.narrow(0, 0, 1);
        IntegratedGradientsResult Explained(Baseline baseline, long seed = 0) => IntegratedGradients.Explain(
            quadratic, first, Preprocessing, [1], new() { Steps = 3, Baseline = baseline, BaselineDraws = 2, Seed = seed })[0];

        Assert.InRange(Explained(Baseline.Blur).RelativeDelta, 0, 1e-4);
        var noise = Explained(Baseline.Noise);
        Assert.InRange(noise.RelativeDelta, 0, 1e-4);
        Assert.Equal(noise.Map.Values, Explained(Baseline.Noise).Map.Values);
        Assert.NotEqual(noise.Map.Values, Explained(Baseline.Noise, seed: 1).Map.Values);
    }

    [Fact]
    public void Nodes_are_added_until_the_completeness_error_is_under_its_bound()
    {
        // The gradient is a polynomial of degree 3 along the path: the trapezoid's error falls with the square of its spacing.
        using var quartic = new PowerNetwork(4);
        using var first = images.narrow(0, 0, 1);
        IntegratedGradientsResult Explained(double? tolerance) => IntegratedGradients.Explain(
            quartic, first, Preprocessing, [1], new() { Steps = 2, Quadrature = QuadratureRule.Trapezoid, Tolerance = tolerance })[0];

        var asked = Explained(null);
        Assert.Equal(2, asked.Steps);
        var adaptive = Explained(asked.RelativeDelta / 10);
        Assert.Equal(8, adaptive.Steps); // 3 intervals leave a ninth, 7 a forty-ninth
        Assert.InRange(adaptive.RelativeDelta, 0, asked.RelativeDelta / 10);
    }

    [Fact]
    public void Smooth_grad_of_a_quadratic_is_its_gradient_where_the_noise_averages_out()
    {
        // dz_t/dx = 2 weight_tc / pixels * x is linear, so noise that sums to zero leaves the gradient of the image itself.
        using var scope = torch.NewDisposeScope();
        using var quadratic = new PowerNetwork(2);
        var first = images.narrow(0, 0, 1);
        var half = torch.randn(3, 3, 64, 64);
        var result = SmoothGrad.Explain(quadratic, first, [1], noise: torch.cat([half, -half], 0), options: new() { ChunkSize = 4 })[0];

        var pixels = first.contiguous().data<float>().ToArray();
        var weights = quadratic.Head.weight.data<float>().ToArray();
        for (var i = 0; i < pixels.Length; i += 997)
            Assert.Equal(2 * weights[3 + (i / (64 * 64))] / (64 * 64) * pixels[i], result.Map.Values[i], 1e-7f);
        Assert.Equal(0.15 * (pixels.Max() - pixels.Min()), result.Deviation, 5);
    }

    [Fact]
    public void Occlusion_of_a_quadratic_is_what_each_square_is_worth()
    {
        // With the mean color, zero, over it a square loses sum_c weight_tc * mean over all pixels of x_c^2 inside the square.
        using var quadratic = new PowerNetwork(2);
        using var first = images.narrow(0, 0, 1);
        var result = Occlusion.Explain(quadratic, first, Preprocessing, [1], new() { Window = 32, Stride = 32 })[0];

        var pixels = first.contiguous().data<float>().ToArray();
        var weights = quadratic.Head.weight.data<float>().ToArray();
        foreach (var (left, top) in new[] { (0, 0), (32, 0), (0, 32), (32, 32) })
        {
            var worth = 0.0;
            for (var i = 0; i < pixels.Length; i++)
                if (i % 64 / 32 == left / 32 && i / 64 % 64 / 32 == top / 32)
                    worth += weights[3 + (i / (64 * 64))] * pixels[i] * pixels[i] / (64 * 64);
            Assert.Equal(worth, result.Map.Values[(top * 64) + left + 5], 1e-5);
        }
        Assert.Equal((9, 4), Sizes(Occlusion.Explain(quadratic, first, Preprocessing)[0]));
        Assert.Contains("1 to 64", Assert.Throws<ArgumentException>(() => Occlusion.Explain(quadratic, first, Preprocessing, options: new() { Window = 65 })).Message);

        static (int, int) Sizes(OcclusionResult result) => (result.Window, result.Stride);
    }

    [Fact]
    public void A_wrong_number_of_targets_a_wrong_target_and_a_wrong_shape_are_refused()
    {
        using var flat = torch.zeros(3, 64, 64);
        using var tiny = torch.zeros(1, 3, 32, 32);

        Assert.Contains("2 images need 2 targets, got 1", Assert.Throws<ArgumentException>(() => GradCam.Explain(network, images, [1])).Message);
        Assert.Contains("target 5 is not a class index", Assert.Throws<ArgumentException>(() => IntegratedGradients.Explain(network, images, Preprocessing, [0, 5])).Message);
        Assert.Contains("[3, 64, 64]", Assert.Throws<ArgumentException>(() => GradCam.Explain(network, flat)).Message);
        Assert.Contains("single cell", Assert.Throws<ArgumentException>(() => GradCam.Explain(network, tiny)).Message);
        Assert.Contains("2 to 1000", Assert.Throws<ArgumentException>(() => IntegratedGradients.Explain(network, images, Preprocessing, options: new() { Steps = 1 })).Message);
    }

    [Fact]
    public void Canceling_ends_the_path()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => IntegratedGradients.Explain(network, images, Preprocessing, cancellationToken: stop.Token));
    }

    [Fact]
    public void No_tensor_is_left_behind()
    {
        Explain();
        var before = LiveTensors.Count();
        for (var i = 0; i < 3; i++)
            Explain();

        Assert.Equal(before, torch.Tensor.TotalCount);
    }

    private float[] Explain() =>
    [
        .. GradCam.Explain(network, images).SelectMany(r => r.Map.Values),
        .. IntegratedGradients.Explain(network, images, Preprocessing, options: new() { Steps = 3 }).SelectMany(r => r.Map.Values),
    ];

    private float[] Attribute(torch.Tensor image, Baseline baseline) =>
        IntegratedGradients.Explain(network, image, Preprocessing, [0], new() { Steps = 2, Baseline = baseline })[0].Map.Values;

    private static double Furthest(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();

    /// <summary>A power of the pixels instead of a convolutional network: its attributions have a formula.</summary>
    private sealed class PowerNetwork : ImageClassifier
    {
        private readonly int exponent;

        public PowerNetwork(int exponent) : base(Architecture.EfficientNetB0, 2)
        {
            this.exponent = exponent;
            Head = torch.nn.Linear(3, 2);
            register_module("head", Head);
        }

        public override int FeatureChannels => 3;

        public override double Dropout => 0;

        public override IReadOnlyList<torch.nn.Module> Blocks => [];

        public override TorchSharp.Modules.Linear Head { get; }

        public override torch.Tensor Features(torch.Tensor images) => images.pow(exponent);

        public override torch.Tensor Classify(torch.Tensor pooled) => Head.call(pooled);
    }
}
