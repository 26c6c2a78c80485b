using System.Diagnostics;
using System.Globalization;
using Linnaeus.Vision;
using Linnaeus.Vision.Networks;
using Linnaeus.Vision.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Linnaeus.Benchmarks;

/// <summary>
/// Images per second of EfficientNet-B0 against torchvision's on PyTorch, channels-last and in the default layout, in float32 and in bfloat16 (on
/// PyTorch's side by autocast), in training and inference. All take turns in one run, so that other load affects all alike; CPU
/// time excludes waiting on a busy machine (set OMP_WAIT_POLICY=passive, or spinning threads count as work).
/// </summary>
internal sealed class ComputeBenchmark : IDisposable
{
    private const string Train = "train", ChannelsLast = "channels-last", Default = "default";

    private readonly ComputeOptions options;
    private readonly string mode;
    private readonly int batch;
    private readonly PythonProcess reference;
    private readonly ImageClassifier network;
    private readonly AdamW optimizer;
    private readonly Tensor images, rounded, labels;

    private ComputeBenchmark(ComputeOptions options, string mode, int threads)
    {
        (this.options, this.mode, batch) = (options, mode, options.Batch ?? (mode == Train ? 16 : 32));
        set_num_threads(threads);
        manual_seed(0);
        network = Architectures.Create(Architecture.EfficientNetB0, options.Classes);
        network.to(device(options.Device));
        optimizer = optim.AdamW(
            [
                new AdamW.ParamGroup(network.parameters().Where(p => p.dim() > 1), lr: 1e-4, weight_decay: 0.05),
                new AdamW.ParamGroup(network.parameters().Where(p => p.dim() <= 1), lr: 1e-4),
            ],
            beta2: 0.999);
        images = randn([batch, 3, options.Size, options.Size]).to(device(options.Device));
        rounded = images.to(ScalarType.BFloat16);
        labels = randint(options.Classes, [batch], ScalarType.Int64).to(device(options.Device));
        reference = new PythonProcess(
            options.Python, "compute_reference.py", batch, options.Size, options.Classes, threads, options.Device, options.Precisions[0]);
        var where = options.Device == "cpu" ? Line($"{threads} threads") : options.Device;
        Console.WriteLine(Line($"\n{mode}, EfficientNet-B0, batch {batch}, {options.Size}x{options.Size}, {where}, PyTorch {reference.Version}"));
    }

    /// <summary>The sub-command.</summary>
    public static int Run(string[] args)
    {
        var options = ComputeOptions.Parse(args);
        var chosen = PrecisionChoice.On(device(options.Device));
        Console.WriteLine(Line($"precision \"auto\" is {(chosen == TrainingPrecision.Bf16 ? "bf16" : "fp32")} here"));
        foreach (var threads in options.Device == "cpu" ? options.Threads : [options.Threads[^1]])
        {
            foreach (var mode in options.Modes)
            {
                using var benchmark = new ComputeBenchmark(options, mode, threads);
                benchmark.Measure();
            }
        }

        return 0;
    }

    public void Dispose()
    {
        reference.Dispose();
        optimizer.Dispose();
        network.Dispose();
        images.Dispose();
        rounded.Dispose();
        labels.Dispose();
    }

    private void Measure()
    {
        Side[] sides =
        [
            .. options.Precisions.Select(precision => new Side(null, precision)),
            .. options.Precisions.Select(precision => new Side(ChannelsLast, precision)),
            new(Default, options.Precisions[0]),
        ];
        foreach (var side in sides) Take(side, 1); // warm-up
        var turns = sides.ToDictionary(side => side, _ => new List<Turn>());
        for (var round = 0; round < options.Rounds; round++)
        {
            // Each round starts with another side, so that order gives no advantage.
            for (var i = 0; i < sides.Length; i++)
            {
                var side = sides[(round + i) % sides.Length];
                turns[side].Add(Take(side, options.Steps));
            }
        }

        Report(turns);
    }

    private Turn Take(Side side, int steps)
    {
        if (side.Layout is not null)
            return reference.Run($"{mode} {side.Layout} {side.Precision}", steps);
        // Free heap memory of the other sides before measuring.
        TorchMemory.Release();
        File.WriteAllText("/proc/self/clear_refs", "5");
        Step(side.Precision);
        var clock = Stopwatch.StartNew();
        var cpu = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < steps; i++) Step(side.Precision);
        return new Turn(clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds, Peak());
    }

    private void Step(string precision)
    {
        using var scope = NewDisposeScope();
        var input = precision == "bf16" ? rounded : images;
        if (mode == Train) Learn(input);
        else Infer(input);
    }

    private void Learn(Tensor input)
    {
        network.train();
        optimizer.zero_grad();
        var loss = nn.functional.cross_entropy(network.call(input), labels, label_smoothing: 0.1);
        loss.backward();
        loss.item<float>();
        optimizer.step();
    }

    private void Infer(Tensor input)
    {
        network.eval();
        using var inference = inference_mode();
        network.call(input).argmax(1).cpu().data<long>().ToArray();
    }

    private void Report(Dictionary<Side, List<Turn>> turns)
    {
        var count = batch * options.Steps;
        foreach (var (side, taken) in turns)
        {
            Console.WriteLine(Line(
                $"  {side,-28} {count / Median(taken.Select(t => t.Wall)),8:f1} images/s {1000 * Median(taken.Select(t => t.Cpu)) / count,7:f1} ms CPU per image {taken.Max(t => t.PeakMiB),6:f0} MiB at most"));
        }

        foreach (var ours in turns.Where(t => t.Key.Layout is null))
        {
            foreach (var theirs in turns.Where(t => t.Key.Layout is not null))
            {
                var pairs = ours.Value.Zip(theirs.Value).ToList();
                var wall = pairs.Select(p => p.Second.Wall / p.First.Wall).ToList();
                Console.WriteLine(Line(
                    $"  {ours.Key} to {theirs.Key,-28} {Median(wall),5:f2} times as fast (rounds {string.Join(" ", wall.Select(r => Line($"{r:f2}")))}), by CPU time {Median(pairs.Select(p => p.Second.Cpu / p.First.Cpu)),5:f2}"));
            }
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

    /// <summary>An implementation under test.</summary>
    /// <param name="Layout">PyTorch's memory layout; null for ours.</param>
    /// <param name="Precision"><c>fp32</c> or <c>bf16</c>.</param>
    private sealed record Side(string? Layout, string Precision)
    {
        public override string ToString() => (Layout is null ? "Linnaeus " : $"PyTorch {Layout} ") + Precision;
    }
}
