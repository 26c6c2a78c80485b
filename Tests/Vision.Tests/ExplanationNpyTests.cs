using Linnaeus.Vision.Explanations;

namespace Linnaeus.Vision.Tests;

public sealed class ExplanationNpyTests
{
    [Theory]
    [InlineData(new[] { 2, 3 }, "(2, 3)")]
    [InlineData(new[] { 6 }, "(6,)")]
    [InlineData(new[] { 1, 2, 3 }, "(1, 2, 3)")]
    public void Numpy_reads_what_is_written(int[] shape, string expected)
    {
        using var folder = new TemporaryFolder();
        using (var stream = File.Create(folder["a.npy"]))
            NpyFile.Write(stream, [0f, 0.5f, -MathF.ScaleB(1, -20), MathF.ScaleB(1, 100), float.NaN, 5f], shape);

        var output = PythonReference.RunScript("npy.py", folder["a.npy"]);

        Assert.Equal($"float32 {expected} [0.0, 0.5, -9.5367431640625e-07, 1.2676506002282294e+30, nan, 5.0]", output.Trim());
    }

    [Fact]
    public void Data_begin_at_a_multiple_of_64_as_the_format_asks()
    {
        using var stream = new MemoryStream();
        NpyFile.Write(stream, [1f, 2f], [2]);

        Assert.Equal(0, (stream.Length - 8) % 64);
    }

    [Fact]
    public void A_shape_that_the_values_do_not_fill_is_refused() =>
        Assert.Throws<ArgumentException>(() => NpyFile.Write(Stream.Null, [1f, 2f], [3]));
}
