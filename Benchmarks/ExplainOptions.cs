using System.Globalization;

namespace Linnaeus.Benchmarks;

/// <summary>Options of <c>explain</c>.</summary>
internal sealed record ExplainOptions
{
    /// <summary>Side of an image in pixels.</summary>
    public int Size { get; init; } = 224;

    /// <summary>Threads of libtorch, the same on both sides.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Rounds per side; ratios are medians over them.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Quadrature nodes of Integrated Gradients.</summary>
    public int Steps { get; init; } = 50;

    /// <summary>Explanations in the memory test; 0 skips it.</summary>
    public int Memory { get; init; } = 2000;

    /// <summary>A Python with torchvision.</summary>
    public string Python { get; init; } = "/usr/bin/python3";

    /// <summary>Reads <c>--name value</c> pairs.</summary>
    /// <exception cref="ArgumentException">An unknown option or an invalid value.</exception>
    public static ExplainOptions Parse(string[] args)
    {
        var options = new ExplainOptions();
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length)
                throw new ArgumentException($"{args[i]} needs a value.");
            options = (args[i], args[i + 1]) switch
            {
                ("--size", var v) => options with { Size = Number(v, 64) },
                ("--threads", var v) => options with { Threads = Number(v, 1) },
                ("--rounds", var v) => options with { Rounds = Number(v, 1) },
                ("--steps", var v) => options with { Steps = Number(v, 2) },
                ("--memory", var v) => options with { Memory = Number(v, 0) },
                ("--python", var v) => options with { Python = v },
                _ => throw new ArgumentException($"Unknown option {args[i]}. Options: --size, --threads, --rounds, --steps, --memory, --python."),
            };
        }

        return options;
    }

    private static int Number(string text, int least) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
            ? number
            : throw new ArgumentException($"\"{text}\" must be an integer of at least {least}.");
}
