using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Explanations;
using Linnaeus.Vision.Imaging;
using Linnaeus.Vision.Models;
using TorchSharp;

namespace Linnaeus.Vision.Tests;

/// <summary>
/// A trained network and held-back photographs, against plain PyTorch code of the definitions. The largest error counts: a cosine near 1 hides
/// every common mistake.
/// </summary>
public sealed class ExplanationReferenceTests
{
    private const int Nodes = 50;

    [Fact]
    public void Maps_of_real_photos_equal_those_of_the_definitions_in_plain_pytorch()
    {
        var weights = SharedData.Locate("checkpoints/efficientnet_b0_flowers12.safetensors");
        var photos = SharedData.Locate("flowers12/test");
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        var files = new[] { "daisy", "tigerlily" }.Select(species => Directory.GetFiles(Path.Combine(photos, species)).Order().First());
        var images = torch.cat([.. files.Select(file => BatchSource.Prepare(ImageDecoder.DecodeFile(file), 224, torch.CPU))], 0);
        using var network = Architectures.Create("efficientnet_b0", 12);
        Weights.Load(network, weights);

        SafetensorsFile.Write(folder["input.safetensors"], [("images", images)]);
        PythonReference.RunScript("explanations.py", weights, folder["input.safetensors"], folder["output.safetensors"], $"{Nodes}");
        using var reference = SafetensorsFile.Open(folder["output.safetensors"]);

        var targets = reference.Read("targets").data<long>().ToArray();
        var cams = GradCam.Explain(network, images);
        Assert.Equal(targets, cams.Select(c => (long)c.Target));
        Assert.InRange(LargestError(reference.Read("cam"), [.. cams.SelectMany(c => c.Map.Values)]), 0, 1e-4);
        Assert.InRange(LargestError(reference.Read("raw"), [.. cams.SelectMany(c => c.Raw.Values)]), 0, 1e-4);
        Assert.All(cams, c => Assert.InRange(Math.Abs(c.IdentityResidual), 0, 1e-4));

        var gradients = IntegratedGradients.Explain(network, images, new Preprocessing { ImageSize = 224 }, options: new() { Steps = Nodes });
        Assert.Equal(targets, gradients.Select(g => (long)g.Target));
        for (var i = 0; i < gradients.Count; i++)
        {
            var expected = reference.Read("ig")[i].contiguous();
            Assert.InRange(LargestError(expected, gradients[i].Map.Values) / expected.abs().max().item<float>(), 0, 5e-4);
            Assert.InRange(gradients[i].RelativeDelta, 0, 0.01);
        }
    }

    private static float LargestError(torch.Tensor expected, float[] actual)
    {
        var values = expected.contiguous().data<float>().ToArray();
        Assert.Equal(values.Length, actual.Length);
        return values.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
    }
}
