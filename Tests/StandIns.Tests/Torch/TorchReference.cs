using System.Diagnostics;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.StandIns.Tests.Torch;

/// <summary>Inputs and results that PyTorch computed in one run of torch_reference.py.</summary>
public sealed class TorchReference
{
    private static readonly Lazy<(JsonDocument? Document, string Reason)> Run = new(Compute);
    private static readonly string[] Pythons = ["/usr/bin/python3", "python3"];

    public static string? Missing => Run.Value.Document is null ? Run.Value.Reason : null;

    public static Tensor Input(string name) => Read("inputs", name);
    public static Tensor Result(string name) => Read("results", name);
    public static IEnumerable<string> Names => Run.Value.Document!.RootElement.GetProperty("results").EnumerateObject().Select(p => p.Name);

    private static Tensor Read(string group, string name)
    {
        var entry = Run.Value.Document!.RootElement.GetProperty(group).GetProperty(name);
        long[] shape = [.. entry.GetProperty("shape").EnumerateArray().Select(e => e.GetInt64())];
        double[] data = [.. entry.GetProperty("data").EnumerateArray().Select(e => e.GetDouble())];
        var type = entry.GetProperty("dtype").GetString() switch { "bool" => ScalarType.Bool, "int64" => ScalarType.Int64, _ => ScalarType.Float32 };
        return tensor(data, shape, type);
    }

    private static (JsonDocument?, string) Compute()
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Torch", "torch_reference.py");
        var reason = "no Python with PyTorch was found (Debian: python3-torch)";
        foreach (var python in Pythons)
        {
            var start = new ProcessStartInfo(python, [script]) { RedirectStandardOutput = true, RedirectStandardError = true };
            try
            {
                using var process = Process.Start(start)!;
                var errors = process.StandardError.ReadToEndAsync();
                var output = process.StandardOutput.ReadToEnd();
                process.WaitForExit();
                if (process.ExitCode == 0) return (JsonDocument.Parse(output), "");
                if (!errors.Result.Contains("No module named", StringComparison.Ordinal)) throw new InvalidOperationException(errors.Result);
            }
            catch (System.ComponentModel.Win32Exception e)
            {
                reason = e.Message;
            }
        }
        return (null, reason);
    }
}

/// <summary>Tests that count live tensors or memory run alone.</summary>
[CollectionDefinition("torch", DisableParallelization = true)]
public sealed class TorchCollection;
