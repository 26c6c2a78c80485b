using System.Xml.Linq;
using Linnaeus.Vision.Augmentation;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Figures;
using Linnaeus.Vision.Networks;
using Linnaeus.Vision.Robustness;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Tests;

public sealed class RobustnessTests
{
    [Theory]
    [InlineData("brightness", 5, 90f, 218f)] // 0.5 of 255 is 127.5: 90 becomes 217.5 or -37.5
    [InlineData("contrast", 2, 75f, 125f)] // halves of 50 and 150 go half way to 100
    [InlineData("pixelation", 2, 100f, 100f)] // columns of 50 and 150 by turns, averaged in pairs
    public void A_corruption_gives_the_values_worked_out_by_hand(string name, int severity, float first, float second)
    {
        using var scope = NewDisposeScope();
        var columns = tensor(new float[] { 50, 150, 50, 150, 50, 150, 50, 150 }).expand(1, 3, 8, 8).contiguous();
        var images = name == "brightness" ? full([1, 3, 8, 8], 90f) : columns;
        var changed = Named(name).Apply(images, severity, seed: 1, [0])[0, 0, 0].data<float>().ToArray();

        if (name == "brightness")
            Assert.All(changed, value => Assert.True(value is 0 or 218, $"{value}"));
        else
            Assert.Equal([first, second], changed[..2]);
    }

    [Fact]
    public void Noise_has_the_deviation_of_its_severity_and_blur_keeps_the_sum()
    {
        using var scope = NewDisposeScope();
        var noisy = Named("gaussian_noise").Apply(full([2, 3, 100, 100], 128f), 3, seed: 5, [0, 1]);
        Assert.Equal(0.12 * 255, noisy.std().item<float>(), 0.5);
        Assert.Equal(128, noisy.mean().item<float>(), 0.5);

        var spot = zeros(1, 3, 112, 112);
        spot[0, 0, 56, 56] = tensor(255f);
        var line = Named("gaussian_blur").Apply(spot * 40, 1, seed: 1, [0])[0, 0, 56]; // a deviation of half a pixel on half the side
        Assert.Equal(255, line[56].item<float>()); // saturated
        Assert.Equal(0, line[53].item<float>());
        Assert.True(line[55].item<float>() > 0 && line[55].item<float>() == line[57].item<float>());
    }

    [Fact]
    public void Compression_loses_more_with_every_severity_and_rotation_leaves_an_even_image()
    {
        using var scope = NewDisposeScope();
        var image = (rand(1, 3, 64, 64, generator: new Generator(3)) * 255).round();
        var losses = Enumerable.Range(1, 5).Select(severity => (Named("jpeg").Apply(image, severity, 1, [0]) - image).abs().mean().item<float>()).ToArray();
        Assert.Equal(losses.Order(), losses);
        Assert.InRange(losses[0], 1, 100);

        Assert.Equal(77, Named("rotation").Apply(full([1, 3, 32, 32], 77f), 5, 1, [0]).min().item<float>());
    }

    [Fact]
    public void Every_corruption_depends_on_seed_and_position_alone()
    {
        using var scope = NewDisposeScope();
        var images = (rand(3, 3, 32, 32, generator: new Generator(9)) * 255).round();
        foreach (var corruption in Corruptions.All)
        {
            var batch = corruption.Apply(images, 2, seed: 4, [5, 6, 7]);
            var single = corruption.Apply(images[1].unsqueeze(0), 2, seed: 4, [6]);
            Assert.Equal(0, (batch[1] - single[0]).abs().max().item<float>());
            Assert.NotEqual(0, (batch - images).abs().max().item<float>());
        }
    }

    [Fact]
    public async Task The_suite_counts_what_the_network_recognizes_whatever_the_batches()
    {
        var dataset = await Datasets.OpenAsync(SyntheticFlowers.Name,
            new DatasetOptions { Synthetic = new SyntheticFlowersOptions { Classes = 3, TrainPerClass = 1, ValPerClass = 0, TestPerClass = 4, Side = 64 } },
            TestContext.Current.CancellationToken);
        using var network = Architectures.Create(Architecture.MobileNetV2, 3, seed: 2);

        RobustnessReport Run(int batch, int images) => new RobustnessSuite(dataset.Test, new RobustnessOptions
        {
            ImageSize = 32,
            BatchSize = batch,
            MaxImages = images,
            Seed = 3,
            Normalization = Normalization.ImageNet,
        }).Run(network, CPU, cancellationToken: TestContext.Current.CancellationToken);

        var (two, five) = (Run(2, 6), Run(5, 6));
        Assert.Equal((6, 12, 7), (two.Images, two.SplitImages, two.Corruptions.Count));
        Assert.Equal(two.Corruptions.SelectMany(c => c.Severities), five.Corruptions.SelectMany(c => c.Severities));
        Assert.Equal(two.Corruptions.Average(c => c.Severities.Average(s => s.Accuracy)), two.MeanAccuracy, 9);
        Assert.True(network.training);
        var figure = XDocument.Parse(RobustnessFigure.Draw(two));
        Assert.Equal(7, figure.Descendants(XName.Get("polyline", "http://www.w3.org/2000/svg")).Count());
    }

    private static Corruption Named(string name) => Corruptions.All.Single(corruption => corruption.Name == name);
}
