using System.Globalization;
using System.Security.Cryptography;

namespace Linnaeus.Vision.Data.Oxford;

/// <summary>
/// Oxford Flowers-102 (Nilsback and Zisserman 2008, "Automated flower classification over a large number of classes"): 102 species in the official
/// split of 1,020 training, 1,020 validation and 6,149 test images, read from the official files in torchvision's folder layout. It is
/// complete or an error, and never re-split.
/// </summary>
public static class Flowers102
{
    /// <summary>Its spec for <see cref="Datasets.OpenAsync"/>.</summary>
    public const string Name = DatasetNames.Flowers102;

    /// <summary>Folder in the datasets folder, named as in torchvision.</summary>
    public const string Folder = "flowers-102";

    /// <summary>Where the authors publish the files.</summary>
    public const string Address = "https://www.robots.ox.ac.uk/~vgg/data/flowers/102/";

    /// <summary>The images.</summary>
    public const string Archive = "102flowers.tgz";

    /// <summary>The archive's image folder; if it exists, the archive is not needed.</summary>
    public const string Images = "jpg";

    internal const string Labels = "imagelabels.mat";
    internal const string Splits = "setid.mat";

    /// <summary>MD5 of the official files, lower-case hex, by their names.</summary>
    public static IReadOnlyDictionary<string, string> Digests { get; } = new Dictionary<string, string>
    {
        [Labels] = "e0620be6f572b9609742df49c70aed4d",
        [Splits] = "a5357ecc9cb78c4bef273ce3793fc85c",
        [Archive] = "52808999861908f626f3c1f4e79d11fa",
    };

    internal static async Task<Dataset> OpenAsync(DatasetOptions options, CancellationToken cancellation)
    {
        var folder = Path.GetFullPath(options.Flowers102Folder
            ?? throw new DatasetException($"The dataset {Name} needs the folder of its official files."));
        var labels = Flowers102Labels.Read(
            await OfficialAsync(folder, Labels, cancellation).ConfigureAwait(false), await OfficialAsync(folder, Splits, cancellation).ConfigureAwait(false));
        await UnpackAsync(folder, cancellation).ConfigureAwait(false);
        var hashes = await InspectAsync(folder, labels.Labels.Count, options, cancellation).ConfigureAwait(false);
        List<Sample> Split(IEnumerable<int> positions) => [.. positions.Select(position =>
            new Sample(IdOf(position), labels.Labels[position], new FileImageSource(Path.Combine(folder, IdOf(position)), options.Decoding)) { Sha256 = hashes[position] })];

        return new Dataset
        {
            Name = Name,
            Classes = ClassNames.All,
            Train = Split(labels.Train),
            Validation = Split(labels.Validation),
            Test = Split(labels.Test),
            Fingerprint = Fingerprint.Of(hashes.Select((hash, position) => (IdOf(position), hash, ClassNames.All[labels.Labels[position]]))),
            SplitOrigin = $"official ({Splits})",
        };
    }

    private static string IdOf(int position) => string.Create(CultureInfo.InvariantCulture, $"{Images}/image_{position + 1:D5}.jpg");

    private static async Task<byte[]> OfficialAsync(string folder, string name, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
            throw new DatasetException($"{Name}: {path} is missing. Download it from {Address}{name}.");
        var bytes = await File.ReadAllBytesAsync(path, cancellation).ConfigureAwait(false);
        using var stream = new MemoryStream(bytes);
        await CheckAsync(stream, path, cancellation).ConfigureAwait(false);
        return bytes;
    }

    private static async Task UnpackAsync(string folder, CancellationToken cancellation)
    {
        var images = Path.Combine(folder, Images);
        if (Directory.Exists(images))
            return;
        var archive = Path.Combine(folder, Archive);
        if (!File.Exists(archive))
            throw new DatasetException($"{Name}: neither {images} nor {archive} exists. Download {Address}{Archive}.");
        await using var stream = File.OpenRead(archive);
        await CheckAsync(stream, archive, cancellation).ConfigureAwait(false);
        stream.Position = 0;
        await ImageArchive.ExtractAsync(stream, Images, images, cancellation).ConfigureAwait(false);
    }

    private static async Task CheckAsync(Stream stream, string path, CancellationToken cancellation)
    {
#pragma warning disable CA5351 // the authors publish MD5, which is enough to detect corruption
        var digest = Convert.ToHexStringLower(await MD5.HashDataAsync(stream, cancellation).ConfigureAwait(false));
#pragma warning restore CA5351
        var name = Path.GetFileName(path);
        if (digest != Digests[name])
            throw new DatasetException($"{Name}: {path} is not the official file: its MD5 is {digest}, expected {Digests[name]}. Replace it with {Address}{name}.");
    }

    /// <summary>Hashes of all images; decodes each once.</summary>
    private static async Task<string[]> InspectAsync(string folder, int count, DatasetOptions options, CancellationToken cancellation)
    {
        var hashes = new string[count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellation };
        await Parallel.ForAsync(0, count, parallel, async (position, stop) =>
        {
            var path = Path.Combine(folder, IdOf(position));
            var (hash, fault) = await FolderDataset.InspectAsync(path, options.Decoding, stop).ConfigureAwait(false);
            hashes[position] = fault is null
                ? hash
                : throw new DatasetException($"{Name}: {path}: {fault}. Remove the folder {Path.Combine(folder, Images)} to unpack {Archive} again.");
        }).ConfigureAwait(false);
        return hashes;
    }
}
