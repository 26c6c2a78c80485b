using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Explanations;
using Linnaeus.Vision.Models;
using TorchSharp;

namespace Linnaeus.Vision.Tests;

public sealed class ExplanationTests : IDisposable
{
    private static readonly Preprocessing Preprocessing = new() { ImageSize = 64 };

    private readonly ImageClassifier network = Architectures.Create("efficientnet_b0", 5, seed: 8);
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
    public void The_gradient_gives_the_closed_form_and_its_sum_plus_the_bias_is_the_logit()
    {
        using var scope = torch.NewDisposeScope();
        var results = GradCam.Explain(network, images, [3, 1]);
        var closed = GradCam.ClosedForm(network, images, [3, 1]).contiguous().data<float>().ToArray();

        var raw = results.SelectMany(r => r.Raw.Values).ToArray();
        Assert.Equal([2, 2], results[0].Raw.Shape);
        Assert.InRange(raw.Zip(closed, (a, b) => Math.Abs(a - b)).Max(), 0, 1e-5 * closed.Max(Math.Abs));
        Assert.All(results, r => Assert.InRange(Math.Abs(r.IdentityResidual), 0, 1e-5 * Math.Max(1, Math.Abs(r.Logit))));
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
        using var quadratic = new QuadraticNetwork();
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

        Assert.Equal(result.Map.Values.Sum(v => (double)v) - (result.Logit - (double)result.BaselineLogit), result.Delta, 12);
        Assert.InRange(result.RelativeDelta, 0, 1e-5);
    }

    [Fact]
    public void The_baseline_is_black_or_the_mean_colour_as_asked()
    {
        using var scope = torch.NewDisposeScope();
        var black = torch.tensor(Preprocessing.Mean.Zip(Preprocessing.Std, (m, s) => -m / s).ToArray()).view(1, 3, 1, 1).expand(new long[] { 1, 3, 64, 64 }).contiguous();
        var mean = torch.zeros(1, 3, 64, 64);

        Assert.All(Attribute(black, IntegratedGradientsBaseline.Black), v => Assert.Equal(0, v));
        Assert.All(Attribute(mean, IntegratedGradientsBaseline.Mean), v => Assert.Equal(0, v));
        Assert.Contains(Attribute(mean, IntegratedGradientsBaseline.Black), v => v != 0);
    }

    [Fact]
    public void A_wrong_number_of_targets_a_wrong_target_and_a_wrong_shape_are_refused()
    {
        using var flat = torch.zeros(3, 64, 64);
        using var tiny = torch.zeros(1, 3, 32, 32);

        Assert.Contains("2 images need 2 targets, not 1", Assert.Throws<ArgumentException>(() => GradCam.Explain(network, images, [1])).Message);
        Assert.Contains("target 5 is no class", Assert.Throws<ArgumentException>(() => IntegratedGradients.Explain(network, images, Preprocessing, [0, 5])).Message);
        Assert.Contains("[3, 64, 64]", Assert.Throws<ArgumentException>(() => GradCam.Explain(network, flat)).Message);
        Assert.Contains("single cell", Assert.Throws<ArgumentException>(() => GradCam.Explain(network, tiny)).Message);
        Assert.Contains("2 to 1000", Assert.Throws<ArgumentException>(() => IntegratedGradients.Explain(network, images, Preprocessing, options: new() { Steps = 1 })).Message);
    }

    [Fact]
    public void Cancelling_ends_the_path()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => IntegratedGradients.Explain(network, images, Preprocessing, cancellationToken: stop.Token));
    }

    [Fact]
    public void No_tensor_is_left_behind()
    {
        Explain();
        var before = torch.Tensor.TotalCount;
        for (var i = 0; i < 3; i++)
            Explain();

        Assert.Equal(before, torch.Tensor.TotalCount);
    }

    private float[] Explain() =>
    [
        .. GradCam.Explain(network, images).SelectMany(r => r.Map.Values),
        .. IntegratedGradients.Explain(network, images, Preprocessing, options: new() { Steps = 3 }).SelectMany(r => r.Map.Values),
    ];

    private float[] Attribute(torch.Tensor image, IntegratedGradientsBaseline baseline) =>
        IntegratedGradients.Explain(network, image, Preprocessing, [0], new() { Steps = 2, Baseline = baseline })[0].Map.Values;

    private static double Furthest(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();

    /// <summary>Squares of the pixels instead of a convolutional network: its attributions have a formula.</summary>
    private sealed class QuadraticNetwork : ImageClassifier
    {
        public QuadraticNetwork() : base("quadratic", 2)
        {
            Head = torch.nn.Linear(3, 2);
            register_module("head", Head);
        }

        public override int FeatureChannels => 3;

        public override double Dropout => 0;

        public override IReadOnlyList<torch.nn.Module> Blocks => [];

        public override TorchSharp.Modules.Linear Head { get; }

        public override torch.Tensor Features(torch.Tensor images) => images.mul(images);

        public override torch.Tensor Classify(torch.Tensor pooled) => Head.call(pooled);
    }
}
