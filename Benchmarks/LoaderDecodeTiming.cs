using System.Diagnostics;
using System.Globalization;
using Linnaeus.Vision.Imaging;

namespace Linnaeus.Benchmarks;

/// <summary>CPU milliseconds per picture, median over rounds after a warm-up; CPU time, since other work may share the machine.</summary>
internal static class DecodeTiming
{
    public static double Ours(string folder, LoaderBenchmarkOptions options)
    {
        var paths = Directory.GetFiles(folder, "*.jpg");
        var decoding = new DecodeOptions { TargetShorterSide = options.Size };
        var times = new List<double>();
        for (var round = 0; round <= options.Rounds; round++)
        {
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            foreach (var path in paths)
                _ = ImageResizer.ResizeAndCrop(ImageDecoder.DecodeFile(path, decoding), options.Size);
            times.Add((Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds / paths.Length);
        }
        return Median(times[1..]);
    }

    public static double Pillow(string folder, LoaderBenchmarkOptions options)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "loader_reference.py");
        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardOutput = true };
        string[] arguments = [script, folder, $"{options.Size}", $"{options.Rounds}"];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var python = Process.Start(start)!;
        var output = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        return python.ExitCode == 0
            ? double.Parse(output, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException("The PIL side failed: install python3-torchvision.");
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
