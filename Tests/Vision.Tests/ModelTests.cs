using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Explanations;
using Linnaeus.Vision.Networks;
using TorchSharp;

namespace Linnaeus.Vision.Tests;

public sealed class ModelTests
{
    // The parameter counts that torchvision's documentation states.
    [Theory]
    [InlineData("efficientnet_b0", 1000, 5_288_548)]
    [InlineData("efficientnet_b1", 1000, 7_794_184)]
    [InlineData("efficientnet_b2", 1000, 9_109_994)]
    [InlineData("efficientnet_b3", 1000, 12_233_232)]
    [InlineData("mobilenet_v2", 1000, 3_504_872)]
    [InlineData("efficientnet_b0", 102, 5_288_548 - 1_281_000 + 130_662)]
    public void Parameters_are_as_many_as_torchvisions(string architecture, int classes, long expected)
    {
        using var network = Architectures.Create(Choice.Parse<Architecture>(architecture), classes);

        Assert.Equal(expected, network.parameters().Sum(p => p.numel()));
    }

    [Theory]
    [InlineData("efficientnet_b0", 1000, 224)]
    [InlineData("efficientnet_b0", 5, 97)]
    [InlineData("efficientnet_b1", 7, 64)]
    [InlineData("efficientnet_b2", 7, 65)]
    [InlineData("efficientnet_b3", 7, 96)]
    [InlineData("mobilenet_v2", 1000, 224)]
    [InlineData("mobilenet_v2", 7, 97)]
    public void Logits_equal_torchvisions_on_the_same_weights_and_images(string architecture, int classes, int side)
    {
        using var folder = new TemporaryFolder();
        PythonReference.RunScript("logits.py", architecture, $"{classes}", $"{side}", folder.Path);
        using var network = Architectures.Create(Choice.Parse<Architecture>(architecture), classes);
        Weights.Load(network, folder["weights.safetensors"]);
        network.eval();
        using var reference = SafetensorsFile.Open(folder["reference.safetensors"]);

        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var images = reference.Read("images");
        Assert.InRange(Distance(network.Features(images), reference.Read("features")), 0, 1e-4);
        Assert.InRange(Distance(network.call(images), reference.Read("logits")), 0, 1e-4);
        // An image alone gives what it gives in a batch: nothing leaks between images.
        Assert.InRange(Distance(network.call(images.narrow(0, 1, 1)), reference.Read("logits").narrow(0, 1, 1)), 0, 1e-4);
    }

    [Fact]
    public void Every_layer_keeps_channels_last_memory()
    {
        using var network = Architectures.Create(Architecture.EfficientNetB0, 3, seed: 1);
        using var scope = torch.NewDisposeScope();
        var layers = network.modules().OfType<ConvNormActivation>().ToArray();
        Assert.Equal(49, layers.Length);
        var input = ChannelsLast.Of(torch.randn(2, 3, 64, 64));
        Assert.True(ChannelsLast.Has(input));
        foreach (var block in network.children().First().children().Cast<torch.nn.Module<torch.Tensor, torch.Tensor>>())
        {
            input = block.call(input);
            Assert.True(ChannelsLast.Has(input), block.GetName());
        }

        input.sum().backward();
        Assert.All(network.parameters().Where(p => p.dim() == 4), p => Assert.True(ChannelsLast.Has(p) && ChannelsLast.Has(p.grad!)));
    }

    [Fact]
    public void Images_in_the_default_layout_give_the_same_logits_as_channels_last_ones()
    {
        using var network = Architectures.Create(Architecture.EfficientNetB0, 3, seed: 1);
        network.eval();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var images = torch.randn(2, 3, 64, 64);

        Assert.Equal(0, Distance(network.call(images), network.call(ChannelsLast.Of(images))));
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights_and_another_one_others()
    {
        using var first = Architectures.Create(Architecture.EfficientNetB0, 3, seed: 5);
        using var second = Architectures.Create(Architecture.EfficientNetB0, 3, seed: 5);
        using var third = Architectures.Create(Architecture.EfficientNetB0, 3, seed: 6);
        using var scope = torch.NewDisposeScope();

        Assert.All(first.NamedTensors().Zip(second.NamedTensors()), pair => Assert.Equal(0, Distance(pair.First.Tensor, pair.Second.Tensor)));
        Assert.NotEqual(0, Distance(first.Head.weight, third.Head.weight));
    }

    [Fact]
    public void First_weights_are_spread_as_torchvision_and_PyTorchs_Linear_spread_them()
    {
        using var network = Architectures.Create(Architecture.EfficientNetB0, 100, seed: 2);
        using var scope = torch.NewDisposeScope();
        var tensors = network.NamedTensors().ToDictionary(t => t.Name, t => t.Tensor);

        // Last 1x1 convolution, 409,600 weights: normal with deviation sqrt(2 / 1280). Head: uniform within 1 / sqrt(1280) = 0.02795, so deviation 0.02795 / sqrt(3).
        Assert.Equal(Math.Sqrt(2.0 / 1280), tensors["features.8.0.weight"].std().item<float>(), 3e-4);
        Assert.Equal(Math.Sqrt(2.0 / (9 * 96)), tensors["features.2.0.block.1.0.weight"].std().item<float>(), 5e-3);
        Assert.Equal(1 / Math.Sqrt(3 * 1280), tensors["classifier.1.weight"].std().item<float>(), 3e-4);
        Assert.InRange(tensors["classifier.1.weight"].abs().max().item<float>(), 0.0279f, 0.02796f);
        Assert.Equal(0, tensors["classifier.1.bias"].abs().max().item<float>());
        Assert.Equal(1, tensors["features.8.1.weight"].min().item<float>());
    }

    [Fact]
    public void Training_mode_drops_blocks_image_by_image_and_evaluation_mode_none()
    {
        var block = new InvertedResidual(new EfficientNetStage(6, 3, 1, 16, 16, 1), skipProbability: 0.5);
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(1);
        var input = torch.randn(64, 16, 8, 8);
        var change = block.call(input).sub(input).abs().amax(new long[] { 1, 2, 3 }).data<float>().ToArray();

        Assert.InRange(change.Count(c => c == 0), 16, 48);
        block.eval();
        Assert.All(block.call(input).sub(input).abs().amax(new long[] { 1, 2, 3 }).data<float>().ToArray(), c => Assert.NotEqual(0, c));
    }

    [Theory]
    [InlineData("efficientnet_b0", 18, "features.8")]
    [InlineData("efficientnet_b3", 28, "features.8")]
    [InlineData("mobilenet_v2", 19, "features.18")]
    public void Blocks_and_classifier_hold_every_weight_and_buffer_once_from_the_stem_on(string architecture, int blocks, string last)
    {
        using var network = Architectures.Create(Choice.Parse<Architecture>(architecture), 3);

        Assert.Equal(blocks, network.Blocks.Count);
        Assert.Equal(last, FeatureLayers.Names(network)[^1]);
        var held = network.Blocks.Append(network.Head).SelectMany(b => b.parameters().Concat(b.buffers())).Select(t => t.Handle);
        Assert.Equal(network.NamedTensors().Select(t => t.Tensor.Handle).Order(), held.Order());
    }

    [Fact]
    public void An_unknown_architecture_is_named_with_the_known_ones()
    {
        var error = Assert.Throws<ArgumentException>(() => Choice.Parse<Architecture>("resnet50"));

        Assert.Contains("\"resnet50\"", error.Message);
        Assert.Contains("efficientnet_b0", error.Message);
    }

    private static float Distance(torch.Tensor a, torch.Tensor b) => a.sub(b).abs().max().to(torch.ScalarType.Float32).item<float>();
}
