using System.Text.Json;
using Linnaeus.Vision.Augmentation;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Tests;

/// <summary>Every layer by itself against numbers that Keras computed.</summary>
public sealed class AugmentationVectorTests
{
    // Grids for sampling are rounded to float32, which libtorch turns into up to 0.012 levels of 255; the rest is exact to the file's rounding.
    private const double GeometryTolerance = 0.012;
    private const double ValueTolerance = 2e-5;

    [Fact]
    public void Each_layer_gives_Keras_numbers()
    {
        var file = SharedData.Locate("../reference/augment_vectors.json");
        using var vectors = JsonDocument.Parse(File.ReadAllText(file));
        var compared = 0;
        foreach (var vector in vectors.RootElement.EnumerateArray())
        {
            var parameters = vector.GetProperty("params");
            var operation = parameters.GetProperty("op").GetString()!;
            if (operation.StartsWith("mixup", StringComparison.Ordinal) || operation.StartsWith("cutmix", StringComparison.Ordinal))
                continue;
            using var input = ReadImage(vector.GetProperty("input"));
            using var expected = ReadImage(vector.GetProperty("expected"));
            using var actual = Apply(operation, parameters, input);
            using var difference = actual.sub(expected).abs().max();
            var tolerance = operation is "brightness" or "contrast" ? ValueTolerance : GeometryTolerance;
            Assert.True(difference.ToDouble() <= tolerance, $"{vector.GetProperty("name").GetString()}: differs by {difference.ToDouble()}");
            compared++;
        }
        Assert.Equal(14, compared);
    }

    private static Tensor Apply(string operation, JsonElement parameters, Tensor input)
    {
        double Number(string name, double otherwise = 0) => parameters.TryGetProperty(name, out var value) ? value.GetDouble() : otherwise;
        var (height, width) = ((int)input.shape[2], (int)input.shape[3]);
        var border = parameters.TryGetProperty("fill", out var fill) && fill.GetString() == "constant" ? Border.Zero : Border.Reflect;
        return operation switch
        {
            "rotate" => Resampling.Apply(input, [AffineMap.Rotation(Number("deg"), width, height)], height, width, border),
            "zoom" => Resampling.Apply(input, [AffineMap.Zoom(Number("fh"), Number("fw"), width, height)], height, width, border),
            "translate" => Resampling.Apply(input, [AffineMap.Translation(Number("fh"), Number("fw"), width, height)], height, width, border),
            "flip_both" => Resampling.Apply(input, [AffineMap.Flip(true, true, width, height)], height, width, border),
            "brightness" => RandomBrightness.Adjust(input, [(float)Number("f")], (float)Number("lo"), (float)Number("hi", 255)),
            "contrast" => RandomContrast.Adjust(input, [(float)Number("c")]),
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
        };
    }

    /// <summary>Nested arrays [H, W, C] as a tensor [1, C, H, W].</summary>
    private static Tensor ReadImage(JsonElement rows)
    {
        long height = rows.GetArrayLength(), width = rows[0].GetArrayLength(), channels = rows[0][0].GetArrayLength();
        var values = rows.EnumerateArray().SelectMany(row => row.EnumerateArray()).SelectMany(pixel => pixel.EnumerateArray())
            .Select(value => value.GetSingle()).ToArray();
        using var image = tensor(values, [1, height, width, channels]);
        return image.permute(0, 3, 1, 2).contiguous();
    }
}
