using System.Net;
using System.Text;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Tests;

/// <summary>Artifacts that the Portal proxies to the browser.</summary>
[Collection(PortalCollection.Name)]
public sealed class ArtifactTests(PortalFixture fixture)
{
    [Theory]
    [InlineData("figures/loss.svg", "image/svg+xml", false)]
    [InlineData("evaluation/test.json", "text/plain", false)]
    [InlineData("MLmodel", "application/octet-stream", true)]
    [InlineData("page.html", "application/octet-stream", true)]
    public async Task A_file_is_served_unchanged_and_cannot_run_scripts(string path, string type, bool downloaded)
    {
        var run = await fixture.Registry.RunAsync("artifacts", "with files", 0.5, 2);
        var bytes = Encoding.UTF8.GetBytes("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>");
        await fixture.Registry.Artifacts.UploadBytesAsync(run, path, bytes);

        using var http = new HttpClient { BaseAddress = fixture.Address };
        using var answer = await http.GetAsync(new Uri($"files/runs/{run}/{path}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(bytes, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(downloaded, answer.Content.Headers.ContentDisposition?.DispositionType == "attachment");
        Assert.StartsWith("sandbox; default-src 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task A_version_file_can_be_downloaded_and_a_missing_one_is_named()
    {
        var version = await fixture.Registry.VersionAsync("artifact-flowers", 0.7, steps: 2);
        using var http = new HttpClient { BaseAddress = fixture.Address };
        using var saved = await http.GetAsync(new Uri($"files/models/artifact-flowers/{version.Version}/model.json?download", UriKind.Relative));
        Assert.Equal("model.json", saved.Content.Headers.ContentDisposition?.FileNameStar);

        using var missing = await http.GetAsync(new Uri($"files/models/artifact-flowers/{version.Version}/nothing.png", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Contains("nothing.png", await missing.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var outside = await http.GetAsync(new Uri("files/models/artifact-flowers/1/%2E%2E/%2E%2E/secret", UriKind.Relative));
        Assert.False(outside.IsSuccessStatusCode);
    }
}
