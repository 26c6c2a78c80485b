using System.Diagnostics;
using System.Text.RegularExpressions;
using Linnaeus.Vision.Native;
using TorchSharp;

namespace Linnaeus.Vision.Tests;

/// <summary>Which libtorch a program computes with.</summary>
public sealed partial class LibTorchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_asks_for_the_version_that_torchsharp_is_built_for() =>
        Assert.StartsWith(LibTorch.Version + ".", torch.__version__, StringComparison.Ordinal);

    [Theory]
    [InlineData("build-version", "2.10.0+cpu")]
    [InlineData("version.py", "from typing import Optional\n__version__ = '2.10.0+cu128'\ndebug = False\ncuda: Optional[str] = '12.8'\n")]
    public void Folders_of_libtorch_and_of_pytorch_are_taken(string file, string text)
    {
        var root = Folder("torch", file, text);
        Assert.Equal(root, LibTorch.Find(root));
        Assert.Equal(root, LibTorch.Find(_folder.Path));
    }

    [Theory]
    [InlineData("build-version", "1.13.1+cpu", "holds libtorch 1.13.1, but libtorch 2.10 is required")]
    [InlineData("version.py", "__version__ = '2.11.0'", "holds libtorch 2.11.0, but libtorch 2.10 is required")]
    [InlineData("readme", "2.10.0", "Cannot tell the libtorch version")]
    public void Other_versions_are_refused_by_name(string file, string text, string expected)
    {
        var error = Assert.Throws<DllNotFoundException>(() => LibTorch.Find(Folder("torch", file, text)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_libtorch_is_refused()
    {
        var error = Assert.Throws<DllNotFoundException>(() => LibTorch.Find(_folder["none"]));
        Assert.Contains($"LIBTORCH={_folder["none"]} has no lib/libtorch_cpu.so", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The dynamic loader's own record of what it initializes, of a process that runs another test.</summary>
    [Fact]
    public async Task Only_the_libtorch_of_the_folder_is_loaded_and_it_computes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "LIBTORCH is for Linux");
        var root = Folder("torch", "build-version", "2.10.0+cpu");
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "libtorch", "lib")))
            File.Copy(file, Path.Combine(root, "lib", Path.GetFileName(file)), overwrite: true);
        using var process = Process.Start(new ProcessStartInfo(Path.ChangeExtension(typeof(LibTorchTests).Assembly.Location, null))
        {
            ArgumentList = { "-method", "Linnaeus.Vision.Tests.ModelTests.Parameters_are_as_many_as_torchvisions" },
            Environment = { ["LIBTORCH"] = root, ["LD_DEBUG"] = "files", ["LD_DEBUG_OUTPUT"] = _folder["loaded"] },
            RedirectStandardOutput = true,
        })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, output);
        var record = string.Concat(Directory.GetFiles(_folder.Path, "loaded.*").Select(File.ReadAllText));
        Assert.Equal([Path.Combine(root, "lib", "libtorch_cpu.so")], Initialized().Matches(record).Select(found => found.Groups[1].Value).Distinct());
    }

    private string Folder(string name, string versionFile, string text)
    {
        var root = _folder[name];
        Directory.CreateDirectory(Path.Combine(root, "lib"));
        File.WriteAllText(Path.Combine(root, "lib", "libtorch_cpu.so"), "");
        File.WriteAllText(Path.Combine(root, versionFile), text);
        return root;
    }

    [GeneratedRegex(@"calling init: (\S*/libtorch_cpu\.so)")]
    private static partial Regex Initialized();
}
