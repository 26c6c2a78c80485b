using System.Globalization;
using Linnaeus.Vision.Training;
using TorchSharp;

namespace Linnaeus.Benchmarks;

/// <summary>Options of <c>compute</c>.</summary>
internal sealed record ComputeOptions
{
    /// <summary>Batch size; 16 in training and 32 in inference when null.</summary>
    public int? Batch { get; init; }

    /// <summary>Side of an image in pixels.</summary>
    public int Size { get; init; } = 224;

    /// <summary>Outputs of the network.</summary>
    public int Classes { get; init; } = 102;

    /// <summary>Thread counts of libtorch to measure, the same on all sides.</summary>
    public IReadOnlyList<int> Threads { get; init; } = [.. new[] { 1, Environment.ProcessorCount }.Distinct()];

    /// <summary>Rounds per side; ratios are medians over them.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Measured steps per turn, after one warmup step.</summary>
    public int Steps { get; init; } = 2;

    /// <summary>Modes to measure.</summary>
    public IReadOnlyList<string> Modes { get; init; } = ["infer", "train"];

    /// <summary>Device of both sides: <c>cpu</c> or <c>cuda</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Precisions of both sides: <c>fp32</c>, <c>bf16</c>, or both in turn; by default bf16 only on processors that support it well.</summary>
    public IReadOnlyList<string> Precisions { get; init; } = ["fp32"];

    /// <summary>A Python with torchvision.</summary>
    public string Python { get; init; } = "/usr/bin/python3";

    /// <summary>Reads <c>--name value</c> pairs.</summary>
    /// <exception cref="ArgumentException">An unknown option or an invalid value.</exception>
    public static ComputeOptions Parse(string[] args)
    {
        var options = PrecisionChoice.On(torch.CPU) == TrainingPrecision.Bf16 ? new ComputeOptions { Precisions = ["fp32", "bf16"] } : new ComputeOptions();
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length) throw new ArgumentException($"{args[i]} needs a value.");
            options = (args[i], args[i + 1]) switch
            {
                ("--batch", var v) => options with { Batch = Number(v) },
                ("--size", var v) => options with { Size = Number(v) },
                ("--threads", var v) => options with { Threads = [Number(v)] },
                ("--rounds", var v) => options with { Rounds = Number(v) },
                ("--steps", var v) => options with { Steps = Number(v) },
                ("--mode", "train" or "infer") => options with { Modes = [args[i + 1]] },
                ("--device", "cpu" or "cuda") => options with { Device = args[i + 1] },
                ("--precision", "fp32" or "bf16") => options with { Precisions = [args[i + 1]] },
                ("--precision", "both") => options with { Precisions = ["fp32", "bf16"] },
                ("--python", var v) => options with { Python = v },
                _ => throw new ArgumentException($"Unknown option {args[i]} {args[i + 1]}. Options: --batch, --size, --threads, --rounds, --steps, --mode train|infer, --device cpu|cuda, --precision fp32|bf16|both, --python."),
            };
        }
        return options;

        int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0
            ? n : throw new ArgumentException($"{text} is not a positive number.");
    }
}
