using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Linnaeus.Platform.Tests.Kubernetes;

/// <summary>
/// Compares the images of <c>infra/containers</c> with the manifests of <c>infra/k8s</c>. <c>infra/containers/check.sh</c> builds and runs
/// them with podman.
/// </summary>
public sealed partial class ImageTests
{
    [Fact]
    public async Task Every_service_of_the_cluster_has_an_image_that_it_can_run()
    {
        var version = XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props")).Descendants("Version").Single().Value;
        var overlay = await Overlay.RenderAsync("local");
        var services = overlay.OfKind("Deployment").Where(d => d.Container().Text("image")!.StartsWith("linnaeus/", StringComparison.Ordinal)).ToList();
        Assert.Equal(4, services.Count);
        foreach (var service in services)
        {
            var name = service.Text("metadata", "name")!;
            Assert.Equal($"linnaeus/{name}:{version}", service.Container().Text("image"));

            var project = char.ToUpperInvariant(name[0]) + name[1..];
            var lines = await File.ReadAllLinesAsync(
                Path.Combine(Repository.Root, "infra", "containers", $"{project}.Containerfile"), TestContext.Current.CancellationToken);
            var image = lines[Array.FindLastIndex(lines, line => line.StartsWith("FROM ", StringComparison.Ordinal))..];
            var security = service.At("spec", "template", "spec", "securityContext")!;
            Assert.Equal($"USER {security.Text("runAsUser")}:{security.Text("runAsGroup")}", image.Last(line => line.StartsWith("USER ", StringComparison.Ordinal)));
            Assert.Contains($"EXPOSE {service.Container().Text("ports", 0, "containerPort")}", image);
            Assert.Contains($"ENTRYPOINT [\"/usr/share/dotnet/dotnet\", \"Linnaeus.{project}.dll\"]", image);
            Assert.Contains(image, line => line.Contains($"image.title=\"linnaeus/{name}\"", StringComparison.Ordinal));
        }
    }

    /// <summary>A closed network has its own registries, so no base image is fixed.</summary>
    [Fact]
    public void Every_base_is_a_build_argument()
    {
        var files = Directory.GetFiles(Path.Combine(Repository.Root, "infra", "containers"), "*.Containerfile");
        Assert.NotEmpty(files);
        var bases = files.SelectMany(File.ReadLines).Where(line => line.StartsWith("FROM ", StringComparison.Ordinal));
        Assert.All(bases, line => Assert.Matches(FromArgument(), line));
    }

    [GeneratedRegex(@"^FROM \$\{[A-Z]+_IMAGE\}")]
    private static partial Regex FromArgument();
}
