using System.Globalization;

namespace Linnaeus.Vision.Data;

/// <summary>Labeled images in three splits. Everything is in a fixed order, so that equal data and options give equal datasets.</summary>
public sealed record Dataset
{
    /// <summary>The specification that it was opened by, e.g. <c>folder:/data/flowers</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Class names; a label is an index into them. In ordinal order, but for <c>flowers102</c>, which keeps its own.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    public required IReadOnlyList<Sample> Train { get; init; }

    /// <summary>Empty when there is no validation split and none was asked for.</summary>
    public required IReadOnlyList<Sample> Validation { get; init; }

    public required IReadOnlyList<Sample> Test { get; init; }

    /// <summary>
    /// SHA-256 (lower-case hex) over one line <c>id TAB file-hash TAB class-name LF</c> a sample of all splits, sorted by id.
    /// It changes when any image, name or label does. Of a subset see <see cref="DatasetSubset"/>.
    /// </summary>
    public required string Fingerprint { get; init; }

    /// <summary>Files that were left out because they are damaged or of a kind that is not read.</summary>
    public IReadOnlyList<SkippedFile> SkippedFiles { get; init; } = [];

    /// <summary>How the splits came about, in one phrase.</summary>
    public required string SplitOrigin { get; init; }

    /// <summary>All samples, split after split.</summary>
    public IEnumerable<Sample> All => Train.Concat(Validation).Concat(Test);

    /// <summary>Facts to record with a run, as names and invariant-culture values.</summary>
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
