namespace Linnaeus.Platform.Tests;

/// <summary>The repository of the test build.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder)
    {
        for (var directory = new DirectoryInfo(folder); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Platform.sln")))
                return directory.FullName;
        }

        throw new DirectoryNotFoundException($"There is no Platform.sln above {folder}.");
    }
}
