namespace Linnaeus.Contracts;

/// <summary>Datasets that a spec can name.</summary>
public static class DatasetNames
{
    /// <summary>The built-in synthetic flowers.</summary>
    public const string SyntheticFlowers = "synthetic-flowers";

    /// <summary>Oxford Flowers-102 (Nilsback and Zisserman 2008).</summary>
    public const string Flowers102 = "flowers102";

    /// <summary>Prefix before the path of a folder.</summary>
    public const string FolderPrefix = "folder:";

    public static bool IsFolder(string dataset) =>
        dataset.StartsWith(FolderPrefix, StringComparison.Ordinal) && !string.IsNullOrWhiteSpace(dataset[FolderPrefix.Length..]);
}
