using Linnaeus.Vision.Augmentation;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Explanations;
using Linnaeus.Vision.Imaging;
using Linnaeus.Vision.Networks;
using TorchSharp;

namespace Linnaeus.Vision.Tests;

/// <summary>
/// A trained network and held-back photographs, against plain PyTorch code of the definitions. The largest error counts: a cosine near 1 hides
/// every common mistake.
/// </summary>
public sealed class ExplanationReferenceTests(ExplanationReferenceTests.Photographs photographs) : IClassFixture<ExplanationReferenceTests.Photographs>
{
    private const int Nodes = 50;
    private const int NoiseSamples = 6;
    private static readonly Preprocessing Preprocessing = new() { ImageSize = 160 };

    [Fact]
    public void Grad_cam()
    {
        var given = photographs.Open();
        var results = GradCam.Explain(given.Network, given.Images);

        Assert.Equal(given.Targets, results.Select(r => (long)r.Target));
        Assert.All(results, r => Assert.InRange(Math.Abs(r.IdentityResidual!.Value), 0, 1e-4));
        Assert.InRange(LargestError(given["cam"], results), 0, 1e-4);
        Assert.InRange(LargestError(given["raw"], [.. results.SelectMany(c => c.Raw.Values)]), 0, 1e-4);
    }

    [Fact]
    public void Grad_cam_at_an_earlier_layer()
    {
        var given = photographs.Open();
        var results = GradCam.Explain(given.Network, given.Images, layer: "features.6");

        Assert.All(results, r => Assert.Equal(("features.6.3", null), (r.Layer, r.IdentityResidual)));
        Assert.InRange(LargestError(given["cam_earlier"], results), 0, 1e-4);
    }

    [Fact]
    public void Grad_cam_of_why_one_class_and_not_the_second_best()
    {
        var given = photographs.Open();
        var results = GradCam.Explain(given.Network, given.Images, [.. given.Seconds.Select(second => new ExplanationTarget(null, (int)second))]);

        Assert.All(results, r => Assert.InRange(Math.Abs(r.IdentityResidual!.Value), 0, 1e-4));
        Assert.InRange(LargestError(given["cam_against"], results), 0, 1e-4);
    }

    [Theory]
    [InlineData("features.8", "cam_plus_plus")]
    [InlineData("features.6.3", "cam_plus_plus_earlier")]
    public void Grad_cam_plus_plus(string layer, string reference)
    {
        var given = photographs.Open();
        Assert.InRange(LargestError(given[reference], GradCamPlusPlus.Explain(given.Network, given.Images, layer: layer)), 0, 1e-4);
    }

    [Theory]
    [InlineData(QuadratureRule.GaussLegendre, Baseline.Black, "ig", 0.01)]
    [InlineData(QuadratureRule.Trapezoid, Baseline.Mean, "ig_trapezoid_mean", 0.01)]
    public void Integrated_gradients(QuadratureRule rule, Baseline baseline, string reference, double completeness)
    {
        var given = photographs.Open();
        var options = new IntegratedGradientsOptions { Steps = Nodes, Quadrature = rule, Baseline = baseline };
        var results = IntegratedGradients.Explain(given.Network, given.Images, Preprocessing, options: options);

        Assert.All(results, r => Assert.InRange(r.RelativeDelta, 0, completeness));
        Assert.InRange(LargestRelativeError(given[reference], results), 0, 5e-4);
    }

    [Fact]
    public void Smooth_grad_with_the_same_noise()
    {
        var given = photographs.Open();
        var results = SmoothGrad.Explain(given.Network, given.Images, noise: given.Noise);
        Assert.InRange(LargestRelativeError(given["smooth_grad"], results), 0, 5e-4);
    }

    [Fact]
    public void Occlusion_squares()
    {
        var given = photographs.Open();
        var options = new OcclusionOptions { Window = 32, Stride = 20 };
        var results = Occlusion.Explain(given.Network, given.Images, Preprocessing, options: options);
        Assert.InRange(LargestRelativeError(given["occlusion"], results), 0, 5e-4);
    }

    [Fact]
    public void Deletion_and_insertion()
    {
        var given = photographs.Open();
        var (deletion, insertion) = (given["deletion"].data<double>().ToArray(), given["insertion"].data<double>().ToArray());
        var maps = GradCam.Explain(given.Network, given.Images);
        for (var i = 0; i < maps.Count; i++)
        {
            using var image = given.Images.narrow(0, i, 1);
            var areas = Perturbation.Measure(given.Network, image, maps[i].Target, maps[i].Map.Values, chunkSize: 8);
            Assert.Equal(deletion[i], areas.Deletion, 1e-3);
            Assert.Equal(insertion[i], areas.Insertion, 1e-3);
        }
    }

    private static double LargestError(torch.Tensor expected, IEnumerable<Explanation> actual) =>
        LargestError(expected, [.. actual.SelectMany(result => result.Map.Values)]);

    /// <summary>Of all images, each relative to the largest value of its reference.</summary>
    private static double LargestRelativeError(torch.Tensor expected, IReadOnlyList<Explanation> actual) => actual.Select((result, i) =>
    {
        using var image = expected.select(0, i);
        return LargestError(image, result.Map.Values) / image.abs().max().item<float>();
    }).Max();

    private static double LargestError(torch.Tensor expected, float[] actual)
    {
        var values = expected.contiguous().data<float>().ToArray();
        Assert.Equal(values.Length, actual.Length);
        return values.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
    }

    /// <summary>The trained network, two photographs, and what Python computed of them, once for all tests.</summary>
    public sealed class Photographs : IDisposable
    {
        private Reference? reference;

        /// <summary>Skips the test where the data or torchvision is absent.</summary>
        internal Reference Open() => reference ??= Reference.Compute();

        public void Dispose() => reference?.Dispose();
    }

    internal sealed class Reference(ImageClassifier network, torch.Tensor images, torch.Tensor noise, IReadOnlyDictionary<string, torch.Tensor> computed) : IDisposable
    {
        public ImageClassifier Network => network;

        public torch.Tensor Images => images;

        public torch.Tensor Noise => noise;

        public long[] Targets => this["targets"].data<long>().ToArray();

        public long[] Seconds => this["seconds"].data<long>().ToArray();

        public torch.Tensor this[string name] => computed[name];

        public static Reference Compute()
        {
            var weights = SharedData.Locate("checkpoints/efficientnet_b0_flowers12.safetensors");
            var photos = SharedData.Locate("flowers12/test");
            using var folder = new TemporaryFolder();
            var files = new[] { "daisy", "tigerlily" }.Select(species => Directory.GetFiles(Path.Combine(photos, species)).Order().First());
            var network = Architectures.Create(Architecture.EfficientNetB0, 12);
            Weights.Load(network, weights);
            using var scope = torch.NewDisposeScope();
            var images = torch.cat([.. files.Select(file => BatchSource.Prepare(ImageDecoder.DecodeFile(file), Preprocessing.ImageSize, torch.CPU))], 0);
            torch.manual_seed(4);
            var noise = torch.randn(NoiseSamples, 3, Preprocessing.ImageSize, Preprocessing.ImageSize);
            SafetensorsFile.Write(folder["input.safetensors"], [("images", images), ("noise", noise)]);
            PythonReference.RunScript("explanations.py", weights, folder["input.safetensors"], folder["output.safetensors"], $"{Nodes}");
            using var output = SafetensorsFile.Open(folder["output.safetensors"]);
            var computed = output.Header.Entries.ToDictionary(entry => entry.Name, entry => output.Read(entry.Name).DetachFromDisposeScope());
            return new Reference(network, images.DetachFromDisposeScope(), noise.DetachFromDisposeScope(), computed);
        }

        public void Dispose()
        {
            network.Dispose();
            images.Dispose();
            noise.Dispose();
            foreach (var tensor in computed.Values)
                tensor.Dispose();
        }
    }
}
