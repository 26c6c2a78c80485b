using System.Text.RegularExpressions;

namespace Linnaeus.Platform.Tests.Kubernetes;

/// <summary>Compares the rendered <c>infra/k8s</c> with the services' code.</summary>
public sealed partial class OverlayTests
{
    private static readonly string[] Services = ["registry", "trainer", "explainer", "portal"];
    private static readonly string[] SecretsMadeByPeople = ["access", "registry-connections", "postgres", "azurite"];

    public static TheoryData<string> Overlays => ["local", "azure", "gpu"];

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Every_cluster_check_passes(string name)
    {
        var overlay = await Overlay.RenderAsync(name);
        var check = Path.Combine(Path.GetDirectoryName(Repository.Root)!, "shared", "tools", "kubernetes", "kubecheck.py");
        Assert.SkipUnless(File.Exists(check), "needs the cluster checks in the shared folder");
        await Overlay.RunAsync(["/usr/bin/python3", check, "all", .. SecretsMadeByPeople.SelectMany(s => new[] { "--external", $"Secret/{s}" }), "-"], overlay.Text);
    }

    [Fact]
    public async Task Only_the_designed_connections_are_allowed()
    {
        string[] cloud =
        [
            "explainer > collector:4317", "explainer > registry:5500", "portal > collector:4317", "portal > explainer:5502", "portal > registry:5500",
            "registry > collector:4317", "trainer > collector:4317", "trainer > registry:5500",
        ];
        string[] local = [.. cloud, "registry > azurite:10000", "registry > postgres:5432"];
        Assert.Equal(local.Order(StringComparer.Ordinal), NetworkEdges.Of(await Overlay.RenderAsync("local")).Order(StringComparer.Ordinal));
        Assert.Equal(cloud.Order(StringComparer.Ordinal), NetworkEdges.Of(await Overlay.RenderAsync("azure")).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Secrets_are_referenced_and_never_included(string name)
    {
        var overlay = await Overlay.RenderAsync(name);
        Assert.Empty(overlay.OfKind("Secret"));
        var used = overlay.Workloads.SelectMany(w => w.Container().List("env")).Select(e => e.Text("valueFrom", "secretKeyRef", "name")).OfType<string>();
        Assert.Subset(SecretsMadeByPeople.ToHashSet(), used.ToHashSet());
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "infra", "README.md"), TestContext.Current.CancellationToken);
        Assert.All(used, secret => Assert.Contains($"secret generic {secret}", readme, StringComparison.Ordinal));
        var keys = overlay.Workloads.SelectMany(w => w.Container().List("env")).Where(e => e.Text("valueFrom", "secretKeyRef", "name") == "access")
            .Select(e => e.Text("valueFrom", "secretKeyRef", "key")).ToHashSet();
        Assert.Equal(["bootstrap", "explainer", "portal", "trainer"], keys.Order(StringComparer.Ordinal));
        Assert.All(keys, key => Assert.Contains($"--from-literal={key}=", readme, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Services_get_the_settings_that_they_read(string name)
    {
        var overlay = await Overlay.RenderAsync(name);
        foreach (var service in Services)
        {
            var workload = overlay.Find("Deployment", service);
            var container = workload.Container();
            var port = Assert.Single(container.List("ports")).Text("containerPort");
            var settings = container.List("env").ToDictionary(e => e.Text("name")!, e => e.Text("value"));
            Assert.Equal($"http://+:{port}", settings["ASPNETCORE_URLS"]);
            var options = settings.Keys.Where(k => OwnSetting().IsMatch(k)).Select(k => k.Split("__")).ToList();
            foreach (var (section, key) in options.Select(o => (o[0], o[1])))
            {
                var source = await File.ReadAllTextAsync(Path.Combine(Repository.Root, section, $"{section}Options.cs"), TestContext.Current.CancellationToken);
                Assert.Matches($@"\b{key} {{ get; init; }}", source);
            }
        }

        var shared = overlay.OfKind("ConfigMap").Single(c => c.Text("metadata", "name")!.StartsWith("services-", StringComparison.Ordinal)).Map("data");
        Assert.Equal("required", shared["Access__Mode"]);
        var registry = overlay.Find("Service", "registry");
        Assert.Equal($"http://registry:{registry.Text("spec", "ports", 0, "port")}", shared["services__registry__http__0"]);
        var portal = overlay.Find("Deployment", "portal").Container().List("env").ToDictionary(e => e.Text("name")!, e => e.Text("value"));
        Assert.Equal($"http://explainer:{overlay.Find("Service", "explainer").Text("spec", "ports", 0, "port")}", portal["services__explainer__http__0"]);
        var keys = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "Portal", "Access", "SessionKeys.cs"), TestContext.Current.CancellationToken);
        var setting = Assert.Single(portal.Keys, key => key.StartsWith("Portal__", StringComparison.Ordinal));
        Assert.Contains($"\"{setting.Replace("__", ":", StringComparison.Ordinal)}\"", keys, StringComparison.Ordinal);
        var collector = new Uri(shared["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        Assert.Contains($"{collector.Port}", overlay.Find("Service", collector.Host).List("spec", "ports").Select(p => p.Text("port")));
    }

    [Fact]
    public async Task With_GPUs_every_Trainer_has_one_and_several_share_the_queue()
    {
        var overlay = await Overlay.RenderAsync("gpu");
        foreach (var service in new[] { "trainer", "explainer" })
        {
            var workload = overlay.Find("Deployment", service);
            Assert.Equal("1", workload.Container().Text("resources", "limits", "nvidia.com/gpu"));
            Assert.EndsWith("-cuda", workload.Container().Text("image"), StringComparison.Ordinal);
        }

        Assert.Equal("4", overlay.Find("Deployment", "trainer").Text("spec", "replicas"));
        Assert.Null(overlay.Find("Deployment", "registry").Container().At("resources", "limits", "nvidia.com/gpu"));
    }

    [GeneratedRegex("^(Trainer|Explainer)__")]
    private static partial Regex OwnSetting();
}
