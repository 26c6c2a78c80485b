using System.Diagnostics;
using System.Globalization;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Explanations;
using Linnaeus.Vision.Networks;
using static TorchSharp.torch;

namespace Linnaeus.Benchmarks;

/// <summary>
/// Explanations of single images with EfficientNet-B0 against torchvision's on PyTorch, in turns in one run: Grad-CAM against a full
/// backward pass, Integrated Gradients against all points of the path at once (Captum's default) and against chunks. Peak memory is
/// that of the whole process. Then many explanations in a row, to check that memory stays flat.
/// </summary>
internal sealed class ExplainBenchmark : IDisposable
{
    private const int Classes = 12;

    private static readonly (string Ours, string Theirs, int Images)[] Pairs =
        [("forward", "forward", 8), ("gradcam", "gradcam", 8), ("ig", "ig-default", 1), ("ig", "ig-chunks", 1)];

    private readonly ExplainOptions options;
    private readonly PythonProcess reference;
    private readonly ImageClassifier network;
    private readonly Tensor image;
    private readonly int chunk;

    private ExplainBenchmark(ExplainOptions options)
    {
        this.options = options;
        set_num_threads(options.Threads);
        network = Architectures.Create(Architecture.EfficientNetB0, Classes, seed: 0);
        network.eval();
        network.SetTrainable(false);
        image = randn([1, 3, options.Size, options.Size]);
        chunk = (int)Math.Clamp((1L << 30) / PathMemory.BytesPerImage(network, options.Size), 1, 32); // like the Explainer with its default of 1 GiB
        reference = new PythonProcess(options.Python, "explain_reference.py", options.Size, Classes, options.Threads, options.Steps);
    }

    /// <summary>The sub-command.</summary>
    public static int Run(string[] args)
    {
        using var benchmark = new ExplainBenchmark(ExplainOptions.Parse(args));
        benchmark.Measure();
        return 0;
    }

    public void Dispose()
    {
        reference.Dispose();
        network.Dispose();
        image.Dispose();
    }

    private void Measure()
    {
        Console.WriteLine(Line(
            $"EfficientNet-B0, one image of {options.Size}x{options.Size}, {options.Threads} threads, {options.Steps} steps in chunks of {chunk}; PyTorch {reference.Version}"));
        foreach (var (ours, theirs, images) in Pairs)
            Compare(ours, theirs, images);
        if (options.Memory > 0)
            Watch();
    }

    private void Compare(string ours, string theirs, int images)
    {
        Take(ours, 1); // warm-up
        reference.Run(theirs, 1);
        var turns = new List<(Turn Ours, Turn Theirs)>();
        for (var round = 0; round < options.Rounds; round++)
        {
            // The sides alternate the first turn, so that order gives no advantage.
            var first = round % 2 == 0 ? Take(ours, images) : default;
            var other = reference.Run(theirs, images);
            turns.Add((round % 2 == 0 ? first : Take(ours, images), other));
        }

        var ratios = turns.Select(turn => turn.Theirs.Wall / turn.Ours.Wall).ToList();
        var cpu = Median(turns.Select(turn => turn.Theirs.Cpu / turn.Ours.Cpu));
        Console.WriteLine(Line(
            $"{ours,-8} against {theirs,-10} {Median(ratios),5:f2} times as fast (rounds {string.Join(" ", ratios.Select(r => Line($"{r:f2}")))}), by CPU time {cpu:f2}"));
        var (mine, yours) = (turns.Select(turn => turn.Ours).ToList(), turns.Select(turn => turn.Theirs).ToList());
        Console.WriteLine(Line($"         {Each(mine):f0} and {Each(yours):f0} ms per image; peak memory {mine.Max(t => t.PeakMiB):f0} and {yours.Max(t => t.PeakMiB):f0} MiB"));

        double Each(List<Turn> taken) => 1000 * Median(taken.Select(turn => turn.Wall)) / images;
    }

    private void Watch()
    {
        Console.WriteLine(Line($"{options.Memory} explanations in a row, Grad-CAM with every tenth by Integrated Gradients of 4 steps; resident memory in MiB:"));
        for (var i = 0; i < options.Memory; i++)
        {
            Explain(i % 10 == 9 ? "ig-short" : "gradcam");
            if ((i + 1) % Math.Max(1, options.Memory / 10) == 0)
                Console.WriteLine(Line($"  after {i + 1,6}: {Environment.WorkingSet >> 20}, tensors alive: {Tensor.TotalCount}"));
        }
    }

    private Turn Take(string method, int images)
    {
        File.WriteAllText("/proc/self/clear_refs", "5"); // resets the peak
        var clock = Stopwatch.StartNew();
        var cpu = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < images; i++)
            Explain(method);
        return new Turn(clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds, Peak());
    }

    private void Explain(string method)
    {
        using var scope = NewDisposeScope();
        switch (method)
        {
            case "forward":
                using (inference_mode())
                    network.call(image).argmax(1).data<long>().ToArray();
                break;
            case "gradcam":
                GradCam.Explain(network, image, [3]);
                break;
            default:
                var path = new IntegratedGradientsOptions { Steps = method == "ig" ? options.Steps : 4, ChunkSize = chunk };
                IntegratedGradients.Explain(network, image, new Preprocessing { ImageSize = options.Size }, [3], path);
                break;
        }
    }

    private static double Peak()
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
