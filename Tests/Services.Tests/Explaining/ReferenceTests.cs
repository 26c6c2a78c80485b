using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Linnaeus.Services.Tests.Platform;

namespace Linnaeus.Services.Tests.Explaining;

/// <summary>A trained network on a photo it has not seen, against torchvision and the definitions written down in <c>reference.py</c>.</summary>
public sealed class ReferenceTests(ServicesFixture services)
{
    private const string Python = "/usr/bin/python3";

    [Fact]
    public async Task Numbers_agree_with_torchvision_on_trained_weights()
    {
        var weights = SharedData.File("checkpoints/efficientnet_b0_flowers12.safetensors");
        Assert.SkipUnless(File.Exists(Python), "Debian's python3 with torchvision is not installed");
        var photos = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(weights)!, "..", "flowers12", "test"));
        var classes = Directory.GetDirectories(photos).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal).ToArray();
        var version = await Versions.RegisterAsync(services.Registry, $"reference-{Guid.NewGuid():N}", classes, 128, weights);
        var photo = Convert.ToBase64String(await File.ReadAllBytesAsync(Directory.GetFiles(Path.Combine(photos, "daisy")).Order(StringComparer.Ordinal).First()));

        var cam = await ExplainAsync(version.Name, "gradcam", photo);
        var gradients = await ExplainAsync(version.Name, "integrated-gradients", photo);
        Assert.Equal("daisy", cam.GetProperty("predicted_class").GetString());
        Assert.InRange(gradients.GetProperty("relative_completeness_error").GetDouble(), 0, 0.01);

        var folder = Directory.CreateTempSubdirectory("linnaeus-reference-").FullName;
        try
        {
            var input = Path.Combine(folder, "input.png");
            await File.WriteAllBytesAsync(input, await services.Explainer.GetByteArrayAsync(cam.GetProperty("input_url").GetString()));
            var target = cam.GetProperty("target_index").GetInt32();
            var answer = JsonDocument.Parse(await RunAsync(weights, input, $"{target}", folder)).RootElement;
            Assert.Equal(target, answer.GetProperty("predicted").GetInt32());
            Assert.Equal(answer.GetProperty("logit").GetDouble(), cam.GetProperty("logit").GetDouble(), 3);

            // The bounds tell the definitions from every common variant: without ReLU 2.8e-3, other quadratures 1e-2.
            Assert.InRange(await LargestErrorAsync(cam, Path.Combine(folder, "gradcam.npy")), 0, 1e-3);
            Assert.InRange(await LargestErrorAsync(gradients, Path.Combine(folder, "integrated-gradients.npy")), 0, 5e-4);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<JsonElement> ExplainAsync(string model, string method, string image)
    {
        using var response = await services.Explainer.PostAsJsonAsync("/api/explanations", new { model = $"models:/{model}/1", method, image });
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Largest difference, relative to the reference's largest value.</summary>
    private async Task<double> LargestErrorAsync(JsonElement answer, string reference)
    {
        var ours = NpyArray.Read(await services.Explainer.GetByteArrayAsync(answer.GetProperty("attribution_url").GetString()));
        var theirs = NpyArray.Read(await File.ReadAllBytesAsync(reference));
        Assert.Equal(theirs.Shape, ours.Shape);
        return ours.Values.Zip(theirs.Values, (a, b) => Math.Abs((double)a - b)).Max() / theirs.Values.Max(value => Math.Abs((double)value));
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        var script = Path.Combine(Repository.Root, "Tests", "Services.Tests", "Explaining", "reference.py");
        using var process = Process.Start(new ProcessStartInfo(Python, [script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        return output;
    }
}
