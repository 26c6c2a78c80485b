namespace Linnaeus.Vision.Data;

/// <summary>A file found under a class folder.</summary>
internal sealed record FolderFile(string Path, string Id, string Class);

/// <summary>Finds splits, classes and files of a dataset folder without reading file contents.</summary>
internal sealed class FolderLayout
{
    private static readonly string[] s_validationNames = ["val", "valid", "validation"];
    private static readonly HashSet<string> s_read = new(StringComparer.OrdinalIgnoreCase) { ".jpg", ".jpeg", ".jpe", ".png", ".webp" };
    private static readonly HashSet<string> s_notRead = new(StringComparer.OrdinalIgnoreCase)
    {
        ".gif", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".avif", ".jp2", ".svg",
    };

    private readonly string _root;

    public FolderLayout(string root)
    {
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        if (!Directory.Exists(_root))
        {
            throw new DatasetException(File.Exists(_root)
                ? $"{root} is a file. A dataset is a folder with one folder per class."
                : $"Folder not found on the worker: {_root}");
        }
        var train = Find("train");
        var validation = s_validationNames.Select(Find).FirstOrDefault(found => found is not null);
        var test = Find("test");
        HasSplits = train is not null;
        if (!HasSplits && (validation ?? test) is { } lone)
            throw new DatasetException($"{root} has a folder \"{Path.GetFileName(lone)}\" but none named \"train\". Add it.");
        Train = Files(train ?? _root, Classes);
        Validation = validation is null ? null : Files(validation, []);
        Test = test is null ? null : Files(test, []);
    }

    /// <summary>Whether there is a <c>train</c> folder; otherwise <see cref="Train"/> has the class folders directly under the root.</summary>
    public bool HasSplits { get; }

    /// <summary>Class folders of the training split with at least one image, valid or not; ordinal order.</summary>
    public SortedSet<string> Classes { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<FolderFile> Train { get; }

    public IReadOnlyList<FolderFile>? Validation { get; }

    public IReadOnlyList<FolderFile>? Test { get; }

    /// <summary>Images in unsupported formats.</summary>
    public List<SkippedFile> Unreadable { get; } = [];

    private string? Find(string name) => Directory.EnumerateDirectories(_root)
        .Where(folder => string.Equals(Path.GetFileName(folder), name, StringComparison.OrdinalIgnoreCase))
        .Order(StringComparer.Ordinal).FirstOrDefault();

    private List<FolderFile> Files(string split, SortedSet<string> classes)
    {
        var top = new EnumerationOptions { AttributesToSkip = FileAttributes.Hidden, IgnoreInaccessible = false };
        // Bounded depth, because symbolic links may form a loop.
        var all = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            MaxRecursionDepth = 4,
            AttributesToSkip = FileAttributes.Hidden,
            IgnoreInaccessible = false,
        };
        var files = new List<FolderFile>();
        foreach (var folder in Directory.EnumerateDirectories(split, "*", top))
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*", all))
            {
                var file = new FolderFile(path, Path.GetRelativePath(_root, path).Replace('\\', '/'), Path.GetFileName(folder));
                if (Keep(file, files))
                    classes.Add(file.Class);
            }
        }
        files.Sort((a, b) => string.CompareOrdinal(a.Id, b.Id));
        return files;
    }

    /// <summary>False for files that are not images, such as notes and thumbnail databases.</summary>
    private bool Keep(FolderFile file, List<FolderFile> files)
    {
        var extension = Path.GetExtension(file.Path);
        if (s_read.Contains(extension))
            files.Add(file);
        else if (s_notRead.Contains(extension))
            Unreadable.Add(new SkippedFile(file.Id, $"unsupported image format {extension}; convert it to JPEG, PNG or WebP"));
        else
            return false;
        return true;
    }
}
