namespace Linnaeus.Contracts;

/// <summary>Datasets that a spec can name.</summary>
public static class DatasetNames
{
    /// <summary>Flowers that the platform draws itself.</summary>
    public const string SyntheticFlowers = "synthetic-flowers";

    /// <summary>Oxford Flowers-102 (Nilsback and Zisserman 2008).</summary>
    public const string Flowers102 = "flowers102";

    /// <summary>Followed by the path of a folder.</summary>
    public const string FolderPrefix = "folder:";

    public static bool IsFolder(string dataset) =>
        dataset.StartsWith(FolderPrefix, StringComparison.Ordinal) && !string.IsNullOrWhiteSpace(dataset[FolderPrefix.Length..]);
}
