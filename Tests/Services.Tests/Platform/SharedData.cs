
namespace Linnaeus.Services.Tests.Platform;

/// <summary>Real data beside the repository: <c>../shared</c>, or where <c>LINNAEUS_SHARED</c> says.</summary>
internal static class SharedData
{
    /// <summary>The file, or the test is skipped.</summary>
    public static string File(string name)
    {
        var root = Environment.GetEnvironmentVariable("LINNAEUS_SHARED") ?? Path.Combine(Repository.Root, "..", "shared");
        var path = Path.Combine(root, "data", name);
        Assert.SkipUnless(System.IO.File.Exists(path), $"{path} is not there");
        return path;
    }
}
