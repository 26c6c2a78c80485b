using System.Diagnostics;
using System.Globalization;
using Linnaeus.Vision.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Linnaeus.Benchmarks;

/// <summary>
/// Images a second of our EfficientNet-B0 against torchvision's on PyTorch, in its default layout and channels-last, in training
/// and inference. All take turns in one run, so that what else the machine does meets all alike; CPU time tells the work apart
/// from the waiting on a busy machine (set OMP_WAIT_POLICY=passive then, or spinning threads count as work).
/// </summary>
internal sealed class ComputeBenchmark : IDisposable
{
    private const string Ours = "ours", Default = "default", ChannelsLast = "channels-last";

    private readonly ComputeOptions options;
    private readonly PythonProcess reference;
    private readonly ImageClassifier network;
    private readonly AdamW optimizer;
    private readonly Tensor images, labels;

    private ComputeBenchmark(ComputeOptions options)
    {
        this.options = options;
        set_num_threads(options.Threads);
        manual_seed(0);
        network = Architectures.Create("efficientnet_b0", options.Classes);
        network.to(device(options.Device));
        optimizer = optim.AdamW(
            [
                new AdamW.ParamGroup(network.parameters().Where(p => p.dim() > 1), lr: 1e-4, weight_decay: 0.05),
                new AdamW.ParamGroup(network.parameters().Where(p => p.dim() <= 1), lr: 1e-4),
            ],
            beta2: 0.999);
        var type = options.Precision == "bf16" ? ScalarType.BFloat16 : ScalarType.Float32;
        images = randn([options.Batch, 3, options.Size, options.Size]).to(type, device(options.Device));
        labels = randint(options.Classes, [options.Batch], ScalarType.Int64).to(device(options.Device));
        reference = new PythonProcess(
            options.Python, "compute_reference.py", options.Batch, options.Size, options.Classes, options.Threads, options.Device, options.Precision);
    }

    /// <summary>The sub-command.</summary>
    public static int Run(string[] args)
    {
        using var benchmark = new ComputeBenchmark(ComputeOptions.Parse(args));
        benchmark.Measure();
        return 0;
    }

    public void Dispose()
    {
        reference.Dispose();
        optimizer.Dispose();
        network.Dispose();
        images.Dispose();
        labels.Dispose();
    }

    private void Measure()
    {
        Console.WriteLine(Line($"EfficientNet-B0, batch {options.Batch}, {options.Size}x{options.Size}, {Where()}, {options.Precision}, PyTorch {reference.Version}"));
        foreach (var mode in options.Modes)
        {
            string[] sides = [Ours, ChannelsLast, Default];
            foreach (var side in sides) Take(mode, side, 1); // warm-up
            var seconds = sides.ToDictionary(side => side, _ => new List<Turn>());
            for (var round = 0; round < options.Rounds; round++)
            {
                // Each round starts with another side: none profits from its place.
                for (var i = 0; i < sides.Length; i++)
                {
                    var side = sides[(round + i) % sides.Length];
                    seconds[side].Add(Take(mode, side, options.Steps));
                }
            }
            Report(mode, seconds);
        }
    }

    private string Where() => options.Device == "cpu" ? Line($"{options.Threads} threads") : options.Device;

    private Turn Take(string mode, string side, int steps)
    {
        if (side != Ours) return reference.Run($"{mode} {side}", steps);
        var clock = Stopwatch.StartNew();
        var cpu = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < steps; i++)
        {
            using var scope = NewDisposeScope();
            if (mode == "train") Train();
            else Infer();
        }
        return new Turn(clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
    }

    private void Train()
    {
        network.train();
        optimizer.zero_grad();
        var loss = nn.functional.cross_entropy(network.call(images), labels, label_smoothing: 0.1);
        loss.backward();
        loss.item<float>();
        optimizer.step();
    }

    private void Infer()
    {
        network.eval();
        using var mode = inference_mode();
        network.call(images).argmax(1).cpu().data<long>().ToArray();
    }

    private void Report(string mode, Dictionary<string, List<Turn>> turns)
    {
        var images = options.Batch * options.Steps;
        foreach (var (side, taken) in turns)
        {
            var name = side == Ours ? "Linnaeus" : "PyTorch " + side;
            Console.WriteLine(Line($"{mode,-6} {name,-22} {images / Median(taken.Select(t => t.Wall)),8:f1} images/s, {1000 * Median(taken.Select(t => t.Cpu)) / images,7:f1} ms of CPU an image"));
        }
        foreach (var side in (string[])[ChannelsLast, Default])
        {
            var pairs = turns[Ours].Zip(turns[side]).ToList();
            var wall = pairs.Select(p => p.Second.Wall / p.First.Wall).ToList();
            Console.WriteLine(Line($"{mode,-6} speed relative to PyTorch {side,-14} {Median(wall),6:f3} (rounds {string.Join(" ", wall.Select(r => Line($"{r:f2}")))}), by CPU time {Median(pairs.Select(p => p.Second.Cpu / p.First.Cpu)),6:f3}"));
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
