using System.Security.Cryptography;
using System.Text;
using Linnaeus.Vision.Data.Flowers;

namespace Linnaeus.Vision.Data;

/// <summary>
/// Synthetic flowers: needs no files and no network. Images differ in position, size, rotation, tilt, light, color
/// and background, and are bitwise reproducible on every platform.
/// </summary>
public static class SyntheticFlowers
{
    public const string Name = DatasetNames.SyntheticFlowers;

    private static readonly string[] s_splits = ["train", "val", "test"];

    /// <summary>Lists the images; they are generated when loaded.</summary>
    /// <exception cref="DatasetException">An option is out of its range.</exception>
    public static Dataset Create(DatasetOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var drawing = options.Synthetic;
        Check(drawing);
        var species = Species.All.Take(drawing.Classes).Select((kind, index) => (kind, index)).OrderBy(pair => pair.kind.Name, StringComparer.Ordinal).ToList();

        List<Sample> Split(int split, int perClass) => [.. species.SelectMany((pair, label) => Enumerable.Range(0, perClass).Select(index =>
            Drawing($"{s_splits[split]}/{pair.kind.Name}/{index:D5}", label,
                new FlowerScene(pair.kind, drawing.Seed, split, pair.index, index, drawing.Side))))];

        var (train, validation, test) = (Split(0, drawing.TrainPerClass), Split(1, drawing.ValPerClass), Split(2, drawing.TestPerClass));
        var origin = $"random split, seed {drawing.Seed}";
        if (validation.Count == 0 && options.ValidationFraction > 0)
        {
            (train, validation) = StratifiedSplit.Split(train, options.ValidationFraction, options.Seed, part: 1);
            origin += $", random validation split {options.ValidationFraction:P0}, seed {options.Seed}";
        }
        return new Dataset
        {
            Name = Name,
            Classes = [.. species.Select(pair => pair.kind.Name)],
            Train = train,
            Validation = validation,
            Test = test,
            Fingerprint = Fingerprint.Of(train.Concat(validation).Concat(test).Select(sample => (sample.Id, sample.Sha256!, species[sample.Label].kind.Name))),
            SplitOrigin = origin,
        };
    }

    /// <summary>These parameters determine the image, so their hash replaces a file hash.</summary>
    private static Sample Drawing(string id, int label, FlowerScene scene)
    {
        var recipe = $"{Name} {FlowerScene.Version} {scene.Species.Name} {scene.Seed} {scene.Split} {scene.Index} {scene.Side}";
        return new Sample(id, label, scene) { Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(recipe))) };
    }

    private static void Check(SyntheticFlowersOptions drawing)
    {
        Check("classes", drawing.Classes, 2, Species.All.Count);
        Check("train_per_class", drawing.TrainPerClass, 1, 10000);
        Check("val_per_class", drawing.ValPerClass, 0, 10000);
        Check("test_per_class", drawing.TestPerClass, 1, 10000);
        Check("side", drawing.Side, 32, 1024);
    }

    private static void Check(string name, int value, int least, int most)
    {
        if (value < least || value > most)
            throw new DatasetException($"{Name}: {name} must be {least} to {most}, got {value}.");
    }
}
