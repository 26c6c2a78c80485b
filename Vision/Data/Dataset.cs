using System.Globalization;

namespace Linnaeus.Vision.Data;

/// <summary>Labeled images in three splits, in a fixed order: equal data and options give equal datasets.</summary>
public sealed record Dataset
{
    /// <summary>The dataset spec, e.g. <c>folder:/data/flowers</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Class names; labels are indices. In ordinal order, except for <c>flowers102</c>.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    public required IReadOnlyList<Sample> Train { get; init; }

    /// <summary>Empty without a validation split.</summary>
    public required IReadOnlyList<Sample> Validation { get; init; }

    public required IReadOnlyList<Sample> Test { get; init; }

    /// <summary>
    /// SHA-256 (lower-case hex) over one line <c>id TAB file-hash TAB class-name LF</c> a sample of all splits, sorted by id.
    /// It changes with any image, name or label. For subsets see <see cref="DatasetSubset"/>.
    /// </summary>
    public required string Fingerprint { get; init; }

    /// <summary>Skipped files (corrupt or unsupported).</summary>
    public IReadOnlyList<SkippedFile> SkippedFiles { get; init; } = [];

    /// <summary>Where the splits come from, in one phrase.</summary>
    public required string SplitOrigin { get; init; }

    /// <summary>All samples, split after split.</summary>
    public IEnumerable<Sample> All => Train.Concat(Validation).Concat(Test);

    /// <summary>Facts recorded with a run, as names and invariant-culture values.</summary>
    public IReadOnlyDictionary<string, string> Describe() => new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["dataset"] = Name,
        ["dataset.classes"] = Text(Classes.Count),
        ["dataset.train"] = Text(Train.Count),
        ["dataset.validation"] = Text(Validation.Count),
        ["dataset.test"] = Text(Test.Count),
        ["dataset.skipped"] = Text(SkippedFiles.Count),
        ["dataset.split"] = SplitOrigin,
        ["dataset.fingerprint"] = Fingerprint,
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
