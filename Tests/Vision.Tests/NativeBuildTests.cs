using System.Buffers.Binary;
using System.Diagnostics;
using System.Reflection;
using System.Text;

namespace Linnaeus.Vision.Tests;

/// <summary><c>build/torch/Natives.targets</c>: what the build does to TorchSharp's native library, and which natives it copies.</summary>
public sealed class NativeBuildTests : IDisposable
{
    private const string NewVersion = "GLIBCXX_3.4.32";
    private const ushort Weak = 2;

    private readonly TemporaryFolder _folder = new();

    private static string Library { get; } = Path.Combine(Metadata("TorchSharpPackage"), "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    private string Copy => _folder["loadable/libLibTorchSharp.so"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Older_systems_get_a_copy_in_which_one_flag_of_one_needed_version_differs()
    {
        var before = await File.ReadAllBytesAsync(Library, TestContext.Current.CancellationToken);

        Assert.True((await MakeLoadableAsync(Library, System("GLIBCXX_3.4.30"))).Succeeded);

        var copy = await File.ReadAllBytesAsync(Copy, TestContext.Current.CancellationToken);
        Assert.Equal(before.Length, copy.Length);
        var changed = Assert.Single(Enumerable.Range(0, copy.Length), at => copy[at] != before[at]);
        // struct Vernaux: vna_hash (4 bytes), vna_flags (2), vna_other (2), vna_name (4), vna_next (4).
        Assert.Equal(Hash(NewVersion), BinaryPrimitives.ReadUInt32LittleEndian(copy.AsSpan(changed - 4)));
        Assert.Equal((0, Weak), (before[changed], BinaryPrimitives.ReadUInt16LittleEndian(copy.AsSpan(changed))));
        Assert.Equal(before, await File.ReadAllBytesAsync(Library, TestContext.Current.CancellationToken));
        Assert.Equal([Path.GetFileName(Copy)], Directory.GetFiles(Path.GetDirectoryName(Copy)!).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Systems_whose_library_is_new_enough_get_no_copy()
    {
        Assert.True((await MakeLoadableAsync(Library, System(NewVersion))).Succeeded);
        Assert.False(File.Exists(Copy));
    }

    [Fact]
    public async Task A_library_that_does_not_need_the_version_fails_the_build()
    {
        var other = _folder["other.so"];
        await File.WriteAllBytesAsync(other, new byte[100], TestContext.Current.CancellationToken);
        var (succeeded, output) = await MakeLoadableAsync(other, System("GLIBCXX_3.4.30"));
        Assert.False(succeeded);
        Assert.Contains($"is not a 64-bit ELF library that needs {NewVersion}", output, StringComparison.Ordinal);
        Assert.False(File.Exists(Copy));
    }

    [Fact]
    public void Output_folders_hold_only_what_this_system_loads()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the build filters natives on Linux only");
        var files = Directory.GetFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories);
        Assert.Single(files, file => Path.GetFileName(file) == "libtorch_cpu.so");
        Assert.DoesNotContain(files, file => Path.GetFileName(file) == "libtorch_python.so");
        string[] natives = [.. files.Where(file => file.Contains("/native/", StringComparison.Ordinal))];
        Assert.NotEmpty(natives);
        Assert.All(natives, file => Assert.Contains("/runtimes/linux-", file, StringComparison.Ordinal));
    }

    private string System(string version)
    {
        var file = _folder["libstdc++.so.6"];
        File.WriteAllText(file, $"\u007fELF GLIBCXX_3.4\0{version}\0");
        return file;
    }

    private async Task<(bool Succeeded, string Output)> MakeLoadableAsync(string library, string systemLibrary)
    {
        using var build = Process.Start(new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList =
            {
                "msbuild", Path.Combine(Metadata("RepositoryRoot"), "build", "torch", "Natives.targets"), "-nologo", "-nodeReuse:false", "-tl:off",
                "-t:MakeTorchSharpLoadable", $"-p:TorchSharpLibrary={library}", $"-p:SystemLibStdCxx={systemLibrary}", $"-p:LoadableTorchSharp={Copy}",
            },
            RedirectStandardOutput = true,
        })!;
        var output = await build.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await build.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (build.ExitCode == 0, output);
    }

    /// <summary>The System V hash of a symbol version's name (Linux Standard Base, 10.7.5).</summary>
    private static uint Hash(string name)
    {
        uint hash = 0;
        foreach (var letter in Encoding.ASCII.GetBytes(name))
        {
            hash = (hash << 4) + letter;
            var high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }

        return hash;
    }

    private static string Metadata(string key) =>
        typeof(NativeBuildTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
