using System.Security.Cryptography;
using Linnaeus.Vision.Imaging;

namespace Linnaeus.Vision.Data;

/// <summary>
/// A folder of images, one folder per class: either under <c>train</c>, <c>val</c>/<c>valid</c>/<c>validation</c> and
/// <c>test</c>, or directly in the root with a stratified random 70/15/15 split. Without a test folder, 15% of the training
/// images are used for testing; without a validation folder, <see cref="DatasetOptions.ValidationFraction"/> for validation.
/// Opening reads, hashes and decodes every file once; invalid files are skipped and listed.
/// </summary>
internal static class FolderDataset
{
    private const double HeldBackWithoutSplits = 0.15;

    public static async Task<Dataset> OpenAsync(string path, DatasetOptions options, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(path))
            throw new DatasetException("The dataset \"folder:\" has no path. Use folder:PATH.");
        var layout = ReadLayout(path);
        List<string> classes = [.. layout.Classes];
        CheckClasses(path, layout, classes);

        var files = layout.Train.Concat(layout.Validation ?? []).Concat(layout.Test ?? []).ToList();
        var faults = new string?[files.Count];
        var hashes = new string[files.Count];
        await Parallel.ForAsync(0, files.Count, new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellation },
            async (i, stop) => (hashes[i], faults[i]) = await InspectAsync(files[i].Path, options.Decoding, stop).ConfigureAwait(false)).ConfigureAwait(false);

        var skipped = layout.Unreadable.Concat(files.Zip(faults).Where(pair => pair.Second is not null)
            .Select(pair => new SkippedFile(pair.First.Id, pair.Second!))).OrderBy(file => file.Id, StringComparer.Ordinal).ToList();
        var bad = skipped.Select(file => file.Id).ToHashSet();
        var hashOf = files.Zip(hashes).ToDictionary(pair => pair.First.Id, pair => pair.Second);
        var splits = MakeSplits(layout, classes, bad, hashOf, options);
        CheckSplits(path, classes, splits, skipped);
        return new Dataset
        {
            Name = DatasetNames.FolderPrefix + path,
            Classes = classes,
            Train = splits.Train,
            Validation = splits.Validation,
            Test = splits.Test,
            Fingerprint = Fingerprint.Of(files.Zip(hashes, (file, hash) => (file.Id, hash, file.Class)).Where(line => !bad.Contains(line.Id))),
            SkippedFiles = skipped,
            SplitOrigin = splits.Origin,
        };
    }

    private static FolderLayout ReadLayout(string path)
    {
        try
        {
            return new FolderLayout(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"Cannot list the dataset folder {path} ({fault.Message}). Check its permissions.", fault);
        }
    }

    private static void CheckClasses(string path, FolderLayout layout, List<string> classes)
    {
        if (classes.Count == 0)
            throw new DatasetException($"{path} has no images. Put JPEG, PNG or WebP files into one folder per class.");
        if (classes.Count < 2)
            throw new DatasetException($"{path} has only the class \"{classes[0]}\". At least two class folders are required.");
        foreach (var (split, files) in new[] { ("validation", layout.Validation), ("test", layout.Test) })
        {
            var unknown = (files ?? []).Select(file => file.Class).Distinct().Except(classes).Order(StringComparer.Ordinal).ToList();
            if (unknown.Count > 0)
            {
                throw new DatasetException(
                    $"{path}: {Quote(unknown)} in the {split} split but not in the training split. Add training images or remove the folder.");
            }
        }
    }

    /// <summary>Content hash and fault of the image, if any.</summary>
    internal static async ValueTask<(string Hash, string? Fault)> InspectAsync(string path, DecodeOptions decoding, CancellationToken cancellation)
    {
        try
        {
            var bytes = await ImageDecoder.ReadFileAsync(path, cancellation).ConfigureAwait(false);
            // The smallest scale still reads every coded byte, which reveals truncated files.
            _ = ImageDecoder.Decode(bytes, path, decoding with { TargetShorterSide = 1 });
            return (Convert.ToHexStringLower(SHA256.HashData(bytes)), null);
        }
        catch (ImageFormatException fault)
        {
            return ("", fault.Fault);
        }
    }

    private static Splits MakeSplits(
        FolderLayout layout, List<string> classes, HashSet<string> bad, Dictionary<string, string> hashOf, DatasetOptions options)
    {
        Sample Sample(FolderFile file) =>
            new(file.Id, classes.BinarySearch(file.Class, StringComparer.Ordinal), new FileImageSource(file.Path, options.Decoding)) { Sha256 = hashOf[file.Id] };
        List<Sample> Samples(IEnumerable<FolderFile>? files) => [.. (files ?? []).Where(file => !bad.Contains(file.Id)).Select(Sample)];

        var (train, validation, test) = (Samples(layout.Train), Samples(layout.Validation), Samples(layout.Test));
        var origin = new List<string>();
        if (layout.HasSplits)
            origin.Add("folders");
        if (layout.Test is null)
        {
            (train, test) = StratifiedSplit.Split(train, HeldBackWithoutSplits, options.Seed, part: 0);
            origin.Add($"random test split {HeldBackWithoutSplits:P0}, seed {options.Seed}");
        }
        if (layout.Validation is null)
        {
            // As a fraction of all images, not of those without the test split.
            var fraction = layout.HasSplits ? options.ValidationFraction : HeldBackWithoutSplits / (1 - HeldBackWithoutSplits);
            (train, validation) = StratifiedSplit.Split(train, fraction, options.Seed, part: 1);
            origin.Add(fraction > 0 ? $"random validation split {(layout.HasSplits ? fraction : HeldBackWithoutSplits):P0}, seed {options.Seed}" : "no validation");
        }
        return new Splits(train, validation, test, string.Join(", ", origin));
    }

    private static void CheckSplits(string path, List<string> classes, Splits splits, List<SkippedFile> skipped)
    {
        var present = splits.Train.Select(sample => sample.Label).ToHashSet();
        var lost = classes.Where((_, label) => !present.Contains(label)).ToList();
        if (lost.Count > 0)
        {
            var first = skipped.FirstOrDefault(file => file.Id.Contains($"{lost[0]}/", StringComparison.Ordinal));
            var example = first is null ? "" : $" ({first.Id}: {first.Fault})";
            throw new DatasetException($"{path}: {Quote(lost)} without valid training images{example}. Add valid images or remove the folder.");
        }
        if (splits.Test.Count == 0)
            throw new DatasetException($"{path} has no valid image for the test split. Add images.");
    }

    private static string Quote(List<string> classes)
    {
        var names = string.Join(", ", classes.Take(5).Select(name => $"\"{name}\""));
        return classes.Count == 1 ? $"class {names} is" : $"classes {names}{(classes.Count > 5 ? ", ..." : "")} are";
    }

    private sealed record Splits(List<Sample> Train, List<Sample> Validation, List<Sample> Test, string Origin);
}
