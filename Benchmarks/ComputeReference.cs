using System.Diagnostics;
using System.Globalization;

namespace Linnaeus.Benchmarks;

/// <summary>Seconds of wall clock, and of CPU over all threads.</summary>
internal readonly record struct Turn(double Wall, double Cpu);

/// <summary>PyTorch in a process of its own that works only while it is asked to.</summary>
internal sealed class ComputeReference : IDisposable
{
    private readonly Process process;

    public ComputeReference(string python, ComputeOptions options)
    {
        var start = new ProcessStartInfo(python,
            [Path.Combine(AppContext.BaseDirectory, "compute_reference.py"), Text(options.Batch), Text(options.Size), Text(options.Classes), Text(options.Threads)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        process = Process.Start(start) ?? throw new InvalidOperationException($"{python} did not start.");
        Version = process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException($"{python} has no torch and torchvision (Debian: python3-torchvision). Name another with --python.");
    }

    public string Version { get; }

    /// <summary>What some steps took. Mode: train, infer; layout: default, channels-last.</summary>
    public Turn Run(string mode, string layout, int steps)
    {
        process.StandardInput.WriteLine($"{mode} {layout} {Text(steps)}");
        process.StandardInput.Flush();
        var answer = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The PyTorch process ended early.");
        double[] seconds = [.. answer.Split(' ').Select(s => double.Parse(s, CultureInfo.InvariantCulture))];
        return new Turn(seconds[0], seconds[1]);
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
