namespace Linnaeus.Vision.Tests;

/// <summary>Real photographs and checkpoints beside the repository, which some machines lack.</summary>
internal static class SharedData
{
    private static readonly Lazy<string?> Root = new(Find);

    /// <summary>Path of a file or folder in the shared data; skips the test where it is absent.</summary>
    public static string Locate(string relative)
    {
        var path = Root.Value is { } root ? Path.Combine(root, "data", relative) : null;
        Assert.SkipUnless(path is not null && Path.Exists(path), $"needs '{relative}' in the shared data folder (LINNAEUS_SHARED)");
        return path!;
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("LINNAEUS_SHARED") is { Length: > 0 } given)
            return given;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Platform.sln")))
                return Path.Combine(folder.Parent!.FullName, "shared");
        }

        return null;
    }
}
