using System.Buffers.Binary;
using Linnaeus.Vision.Imaging;

namespace Linnaeus.Vision.Tests;

/// <summary>What Pillow makes of the same files.</summary>
internal static class ImagingPillow
{
    /// <summary>Writes images of many kinds into a folder; <see cref="Expected"/> then knows how they look.</summary>
    public static void Make(string folder) => Run("make", folder);

    /// <summary>Runs a command of <c>Python/imaging.py</c>.</summary>
    public static void Run(string command, params string[] arguments) => PythonReference.RunScript("imaging.py", [command, .. arguments]);

    /// <summary>The image that a command left beside a file.</summary>
    public static Image Expected(string path)
    {
        var bytes = File.ReadAllBytes($"{path}.raw");
        return new Image(BinaryPrimitives.ReadInt32LittleEndian(bytes), BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4)), bytes[8..]);
    }

    /// <summary>Largest and mean absolute difference of two images of the same size, in levels of 255.</summary>
    public static (int Largest, double Mean) Difference(Image expected, Image actual)
    {
        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        var differences = expected.Pixels.Zip(actual.Pixels, (a, b) => Math.Abs(a - b)).ToArray();
        return (differences.Max(), differences.Average());
    }
}
