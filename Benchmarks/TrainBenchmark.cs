using System.Globalization;
using Linnaeus.Vision.Augmentation;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Imaging;
using Linnaeus.Vision.Networks;
using Linnaeus.Vision.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Benchmarks;

/// <summary>
/// Subcommand <c>train</c>: whole training epochs from JPEG files, decoding and augmentation (<c>keras</c>) included, against PyTorch's DataLoader with
/// one worker per core, in turn.
/// <code>train [--photos FOLDER] [--images 4096] [--size 224] [--batch 128] [--rounds 3] [--device cpu|cuda] [--precision fp32|bf16] [--python PYTHON]</code>
/// </summary>
internal sealed class TrainBenchmark : IDisposable
{
    private readonly TrainBenchmarkOptions _options;
    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("linnaeus-train-");
    private readonly PythonProcess _reference;
    private readonly Epochs _decoding, _keeping;

    private TrainBenchmark(TrainBenchmarkOptions options, IReadOnlyList<byte[]> photos)
    {
        _options = options;
        var files = photos.Select((bytes, i) => (Path: Path.Combine(_scratch.FullName, $"{i:D3}.jpg"), Bytes: bytes)).ToArray();
        foreach (var (path, bytes) in files)
            File.WriteAllBytes(path, bytes);
        // Files repeat as needed; the class does not affect the time.
        string[] images = [.. Enumerable.Range(0, options.Images).Select(i => files[i % files.Length].Path)];
        var list = Path.Combine(_scratch.FullName, "images.tsv");
        File.WriteAllLines(list, images.Select((path, i) => $"{path}\t{i % options.Classes}"));
        Sample[] samples = [.. images.Select((path, i) => new Sample($"{i}", i % options.Classes, new FileImageSource(path, new DecodeOptions())))];
        _decoding = new Epochs(samples, options, cacheBytes: 0);
        _keeping = new Epochs(samples, options, cacheBytes: 1L << 30);
        _reference = new PythonProcess(
            options.Python, "train_reference.py", list, options.Batch, options.Size, options.Classes, options.Device, options.Precision, Environment.ProcessorCount);
    }

    public static int Run(string[] arguments)
    {
        var options = TrainBenchmarkOptions.Parse(arguments);
        using var benchmark = new TrainBenchmark(options, Photos.Of(options.Photos));
        benchmark.Measure();
        return 0;
    }

    public void Dispose()
    {
        _reference.Dispose();
        _decoding.Dispose();
        _keeping.Dispose();
        _scratch.Delete(recursive: true);
    }

    private void Measure()
    {
        var (decoding, keeping, theirs) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round <= _options.Rounds; round++)
        {
            decoding.Add(_decoding.Seconds());
            theirs.Add(_reference.Run("epoch", 1).Wall);
            keeping.Add(_keeping.Seconds());
        }

        Console.WriteLine(Line(
            $"Epochs of EfficientNet-B0 from {_options.Images} JPEG files, batch {_options.Batch}, {_options.Size} px, {_options.Device}, {_options.Precision}, {Environment.ProcessorCount} cores"));
        Print("Linnaeus, no image cache", decoding);
        Print("Linnaeus, default image cache of 1 GiB", keeping);
        Print($"PyTorch {_reference.Version}, DataLoader with {Environment.ProcessorCount} workers", theirs);

        // The first round warms up and fills the cache.
        void Print(string what, List<double> seconds) => Console.WriteLine(Line(
            $"  {what,-62}{_options.ImagesPerEpoch / DecodeTiming.Median(seconds.Skip(1)),9:f0} images/s{DecodeTiming.Median(theirs.Zip(seconds, (t, s) => t / s).Skip(1)),8:f2}"));
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class Epochs : IDisposable
    {
        private readonly ImageClassifier _network;
        private readonly TrainingLoop _loop;

        public Epochs(Sample[] samples, TrainBenchmarkOptions options, long cacheBytes)
        {
            var pipeline = AugmentationPresets.Create(AugmentationPreset.Keras, options.Size);
            var loading = new LoaderOptions
            {
                Size = pipeline.SourceSize,
                BatchSize = options.Batch,
                Shuffle = true,
                DropLast = true,
                CacheBytes = cacheBytes,
            };
            _network = Architectures.Create(Architecture.EfficientNetB0, options.Classes, seed: 1);
            _network.to(device(options.Device));
            _loop = new TrainingLoop(_network, new BatchSource(samples, loading, pipeline, device(options.Device)), null, new TrainingOptions
            {
                Epochs = options.Rounds + 1,
                FrozenEpochs = 0,
                Precision = options.Precision == "bf16" ? TrainingPrecision.Bf16 : TrainingPrecision.Fp32,
            });
        }

        public double Seconds() => _loop.RunEpoch().EpochSeconds;

        public void Dispose()
        {
            _loop.Dispose();
            _network.Dispose();
        }
    }
}

/// <summary>Options of <c>train</c>.</summary>
internal sealed record TrainBenchmarkOptions
{
    public string? Photos { get; init; }

    /// <summary>Requested images per epoch.</summary>
    public int Images { get; init; } = 4096;

    public int Classes { get; init; } = 102;

    public int Size { get; init; } = 224;

    public int Batch { get; init; } = 128;

    public int Rounds { get; init; } = 3;

    public string Device { get; init; } = "cpu";

    public string Precision { get; init; } = "fp32";

    public string Python { get; init; } = "/usr/bin/python3";

    /// <summary>Images in full batches.</summary>
    public int ImagesPerEpoch => Images / Batch * Batch;

    /// <exception cref="ArgumentException">An unknown option or an invalid value.</exception>
    public static TrainBenchmarkOptions Parse(string[] arguments)
    {
        var options = new TrainBenchmarkOptions();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : throw new ArgumentException($"{arguments[i]} needs a value.");
            options = (arguments[i], value) switch
            {
                ("--photos", _) => options with { Photos = value },
                ("--images", _) => options with { Images = Number(value) },
                ("--size", _) => options with { Size = Number(value) },
                ("--batch", _) => options with { Batch = Number(value) },
                ("--rounds", _) => options with { Rounds = Number(value) },
                ("--device", "cpu" or "cuda") => options with { Device = value },
                ("--precision", "fp32" or "bf16") => options with { Precision = value },
                ("--python", _) => options with { Python = value },
                _ => throw new ArgumentException(
                    $"Unknown option {arguments[i]} {value}. Options: --photos, --images, --size, --batch, --rounds, --device cpu|cuda, --precision fp32|bf16, --python."),
            };
        }

        return options.ImagesPerEpoch > 0 ? options : throw new ArgumentException("--images must fill a batch.");

        static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0
            ? n : throw new ArgumentException($"{text} is not a positive number.");
    }
}
