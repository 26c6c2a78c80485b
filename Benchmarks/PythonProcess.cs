using System.Diagnostics;
using System.Globalization;

namespace Linnaeus.Benchmarks;

/// <summary>Seconds of wall clock and of CPU over all threads, and peak resident memory in MiB if measured.</summary>
internal readonly record struct Turn(double Wall, double Cpu, double PeakMiB = 0);

/// <summary>PyTorch in its own process, idle between requests.</summary>
internal sealed class PythonProcess : IDisposable
{
    private readonly Process process;

    public PythonProcess(string python, string script, params object[] arguments)
    {
        var start = new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, script), .. arguments.Select(Text)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        process = Process.Start(start) ?? throw new InvalidOperationException($"{python} did not start.");
        Version = process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException($"{python} has no torch and torchvision (Debian: python3-torchvision). Name another with --python.");
    }

    public string Version { get; }

    /// <summary>Runs and measures some steps of a task.</summary>
    public Turn Run(string work, int steps)
    {
        process.StandardInput.WriteLine($"{work} {Text(steps)}");
        process.StandardInput.Flush();
        var answer = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The PyTorch process ended early.");
        double[] numbers = [.. answer.Split(' ').Select(s => double.Parse(s, CultureInfo.InvariantCulture))];
        return new Turn(numbers[0], numbers[1], numbers.Length > 2 ? numbers[2] : 0);
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
