using System.Diagnostics;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Linnaeus.StandIns.Tests.AspireHosting;

/// <summary>A small AppHost, compiled against the stand-in and run as a process of its own.</summary>
internal static class CompiledProgram
{
    private static readonly Lazy<IReadOnlyList<MetadataReference>> References = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))]);

    public static CSharpCompilation Compile(string source, string name = "Sample") => CSharpCompilation.Create(
        name,
        [CSharpSyntaxTree.ParseText(source), CSharpSyntaxTree.ParseText("global using System; global using System.IO; global using System.Threading.Tasks;")],
        References.Value,
        new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));

    public static Assembly Load(string source)
    {
        using var assembly = new MemoryStream();
        Emit(source, $"Sample{Guid.NewGuid():N}", assembly);
        return Assembly.Load(assembly.ToArray());
    }

    /// <summary>Starts the program with an environment that holds no variables of a dashboard.</summary>
    public static Process Start(string source, params string[] args)
    {
        var folder = Directory.CreateTempSubdirectory("linnaeus-apphost-").FullName;
        var program = Path.Combine(folder, "Sample.dll");
        using (var file = File.Create(program))
            Emit(source, "Sample", file);
        File.Copy(typeof(Aspire.Hosting.DistributedApplication).Assembly.Location, Path.Combine(folder, "Aspire.Hosting.dll"));
        File.Copy(Path.ChangeExtension(typeof(CompiledProgram).Assembly.Location, ".runtimeconfig.json"), Path.Combine(folder, "Sample.runtimeconfig.json"));
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach (var argument in args.Prepend(program))
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private static void Emit(string source, string name, Stream target)
    {
        var result = Compile(source, name).Emit(target, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
    }
}
