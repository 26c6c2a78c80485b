using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Linnaeus.Platform.Tests;

/// <summary>The output of <c>--publisher manifest</c> for deployment tools.</summary>
public sealed class ManifestTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_manifest_describes_the_system_without_this_machine()
    {
        var folder = Directory.CreateTempSubdirectory("linnaeus-manifest-").FullName;
        var file = Path.Combine(folder, "manifest.json");
        var start = new ProcessStartInfo("dotnet",
        [
            "run", "--no-build", "--project", Path.Combine(Repository.Root, "AppHost"), "--", "--publisher", "manifest", "--output-path", file, "--data", folder,
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        using (var publish = Process.Start(start)!)
        {
            var output = publish.StandardOutput.ReadToEndAsync(Cancellation);
            var errors = publish.StandardError.ReadToEndAsync(Cancellation);
            await publish.WaitForExitAsync(Cancellation);
            Assert.True(publish.ExitCode == 0, await output + await errors);
        }

        var text = await File.ReadAllTextAsync(file, Cancellation);
        var resources = JsonElement.Parse(text).GetProperty("resources");
        Assert.Equal(
            ["admin-token", "blobs", "explainer", "explainer-token", "portal", "registry", "registrydb", "session-secret", "trainer", "trainer-token"],
            resources.EnumerateObject().Select(resource => resource.Name).Order(StringComparer.Ordinal));
        Assert.All(["blobs", "registrydb", "admin-token", "trainer-token", "explainer-token", "session-secret"], name =>
        {
            Assert.Equal("parameter.v0", resources.GetProperty(name).GetProperty("type").GetString());
            Assert.Contains(resources.GetProperty(name).GetProperty("inputs").EnumerateObject(), input => input.Value.TryGetProperty("secret", out var secret) && secret.GetBoolean());
        });

        var registry = resources.GetProperty("registry").GetProperty("env");
        Assert.Equal("{blobs.connectionString}", registry.GetProperty("ConnectionStrings__blobs").GetString());
        Assert.Equal("{registrydb.connectionString}", registry.GetProperty("ConnectionStrings__registrydb").GetString());
        Assert.Equal("{trainer-token.value}", registry.GetProperty("Access__ServiceTokens__trainer").GetString());
        foreach (var service in (string[])["registry", "trainer", "explainer", "portal"])
        {
            var described = resources.GetProperty(service);
            Assert.Equal("project.v0", described.GetProperty("type").GetString());
            Assert.Equal("required", described.GetProperty("env").GetProperty("Access__Mode").GetString());
        }
        Assert.Equal("{registry.bindings.http.url}", resources.GetProperty("trainer").GetProperty("env").GetProperty("services__registry__http__0").GetString());
        Assert.Equal("{explainer.bindings.http.url}", resources.GetProperty("portal").GetProperty("env").GetProperty("services__explainer__http__0").GetString());

        Assert.DoesNotContain(folder, text, StringComparison.Ordinal);
        Assert.DoesNotMatch(new Regex("https|localhost|127\\.0\\.0\\.1|155[0-9]{2}|550[0-9]|OMP_|MALLOC_"), text);
        Assert.Equal([file], Directory.EnumerateFileSystemEntries(folder)); // no secret was created
        Directory.Delete(folder, recursive: true);
    }
}
