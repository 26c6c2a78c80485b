using System.Diagnostics;

namespace Linnaeus.Vision.Tests;

/// <summary>Runs a script of the folder Python with the system's Python, where Debian puts torchvision.</summary>
internal static class PythonReference
{
    private const string Interpreter = "/usr/bin/python3";

    private static readonly Lazy<bool> Available = new(() => File.Exists(Interpreter) && Run(["-c", "import torch, torchvision, numpy"]).ExitCode == 0);

    /// <summary>Runs a script to its end; skips the test where torchvision is not installed.</summary>
    public static string RunScript(string script, params string[] arguments)
    {
        Assert.SkipUnless(Available.Value, "needs python3-torchvision, which test.sh installs");
        var (exitCode, output, error) = Run([Path.Combine(AppContext.BaseDirectory, "Python", script), .. arguments]);
        Assert.True(exitCode == 0, $"{script} failed: {error}");
        return output;
    }

    private static (int ExitCode, string Output, string Error) Run(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Interpreter) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["OMP_WAIT_POLICY"] = "passive";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
