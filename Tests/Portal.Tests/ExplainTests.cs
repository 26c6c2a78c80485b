using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Linnaeus.Registry.Client;
using Linnaeus.Vision.Imaging;
using Microsoft.Playwright;

namespace Linnaeus.Portal.Tests;

/// <summary>Explanations of predictions.</summary>
[Collection(PortalCollection.Name)]
public sealed class ExplainTests(PortalFixture fixture)
{
    private static readonly string[] Classes = ["aster", "bellis", "crocus", "dahlia", "erica", "freesia"];

    [Fact]
    public async Task An_uploaded_image_is_explained_by_several_methods_and_can_be_shared()
    {
        var name = await RegisterAsync("explain-upload");
        await using var page = await fixture.OpenAsync("explain");
        await page.Page.GetByLabel("Model version", new() { Exact = true }).FillAsync($"{name}/1");
        await page.Page.GetByLabel("Model version", new() { Exact = true }).PressAsync("Tab");
        await page.SeeAsync("Select an image.");
        await page.Page.GetByLabel("Image file").SetInputFilesAsync(new FilePayload { Name = "rose.png", MimeType = "image/png", Buffer = Picture(3) });
        await Assertions.Expect(page.Page.Locator(".scores li")).ToHaveCountAsync(5, Patience());
        await page.Page.GetByLabel("Integrated Gradients").CheckAsync();
        await page.Page.GetByLabel("Target class").FillAsync("crocus");
        await page.Page.GetByLabel("Contrast class").FillAsync("dahlia");
        await page.Page.GetByLabel("Contrast class").PressAsync("Tab");
        await Assertions.Expect(page.Page).ToHaveURLAsync(new Regex("target=crocus&against=dahlia"), new() { Timeout = PortalPage.Patience });
        await page.Page.GetByLabel("Evaluate faithfulness").CheckAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Explain", Exact = true }).ClickAsync();

        var gradients = page.Page.GetByRole(AriaRole.Article, new() { Name = "Integrated Gradients" });
        await gradients.GetByText("Target: crocus, contrast: dahlia.").WaitForAsync();
        await gradients.GetByText("Completeness error").WaitForAsync();
        await gradients.GetByRole(AriaRole.Row, new() { Name = "Insertion" }).WaitForAsync();
        var layer = gradients.Locator(".layer");
        await Assertions.Expect(layer).ToHaveJSPropertyAsync("naturalWidth", 64, new() { Timeout = PortalPage.Patience });
        await gradients.GetByLabel("Signed attribution").CheckAsync();
        await Assertions.Expect(layer).ToHaveAttributeAsync("src", new Regex("signed.png$"));
        await page.Page.GetByLabel("Overlay opacity").FillAsync("25");
        await Assertions.Expect(layer).ToHaveCSSAsync("opacity", "0.25");
        await page.Page.GetByRole(AriaRole.Article, new() { Name = "Grad-CAM", Exact = true }).Locator(".layer").WaitForAsync();
        await page.CheckAsync("explain-light");

        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Share link" }).ClickAsync();
        await page.SeeAsync("Explanation: crocus");
        await Assertions.Expect(page.Page.Locator(".map")).ToHaveCountAsync(2, Patience());
        var address = page.Page.Url;
        await page.CheckAsync("explanation-light");
        await using var phone = await fixture.OpenAsync(new Uri(address).PathAndQuery[1..], width: 390, height: 844, colors: ColorScheme.Dark);
        await phone.SeeAsync("Explanation: crocus");
        await Assertions.Expect(phone.Page.Locator(".map")).ToHaveCountAsync(2, Patience());
        await phone.CheckAsync("explanation-390-dark");
        var npy = await phone.Page.APIRequest.GetAsync(new Uri(fixture.Address, (await phone.Page.GetByRole(AriaRole.Link, new() { Name = ".npy" }).First.GetAttributeAsync("href"))!).ToString());
        Assert.Equal("\u0093NUMPY", Encoding.Latin1.GetString((await npy.BodyAsync())[..6]));
    }

    [Fact]
    public async Task A_link_with_a_test_image_and_two_versions_shows_both_maps()
    {
        var name = await RegisterAsync("explain-pair");
        var second = await Versions.RegisterAsync(fixture.Registry, name, Classes, imageSize: 64, seed: 4);
        var first = await fixture.Registry.ModelVersions.GetAsync($"models:/{name}/1");
        await using var page = await fixture.OpenAsync($"explain?model=models:/{name}/1&with={name}/{second.Version}&image=runs:/{first.RunId}/samples/000.png&methods=gradcam,occlusion");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "aster", Pressed = true }).WaitForAsync();
        foreach (var method in new[] { "Grad-CAM", "Occlusion" })
        {
            var article = page.Page.GetByRole(AriaRole.Article, new() { Name = method, Exact = true });
            await Assertions.Expect(article.Locator(".map")).ToHaveCountAsync(2, Patience());
            await article.GetByRole(AriaRole.Link, new() { Name = $"{name} v2" }).WaitForAsync();
        }
        await page.SeeAsync("History");
        await page.CheckAsync("explain-pair");
        await using var phone = await fixture.OpenAsync($"explain?model={name}/1", width: 390, height: 844);
        await phone.SeeAsync("History");
        await phone.CheckAsync("explain-390");
    }

    [Fact]
    public async Task Errors_are_explained_and_the_page_stays_usable()
    {
        var name = await RegisterAsync("explain-faults");
        await using var page = await fixture.OpenAsync($"explain?model={name}/1");
        var file = page.Page.GetByLabel("Image file");
        await file.SetInputFilesAsync(new FilePayload { Name = "notes.png", MimeType = "image/png", Buffer = Encoding.ASCII.GetBytes("not an image") });
        await page.Page.GetByRole(AriaRole.Alert).GetByText("image", new() { Exact = false }).First.WaitForAsync();
        await page.CheckAsync("explain-fault");
        await file.SetInputFilesAsync(new FilePayload { Name = "rose.png", MimeType = "image/png", Buffer = Picture(5) });
        await Assertions.Expect(page.Page.Locator(".scores li")).ToHaveCountAsync(5, Patience());
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);

        // A rejected file keeps the previous image and its prediction.
        await file.SetInputFilesAsync(new FilePayload { Name = "nothing.png", MimeType = "image/png", Buffer = [] });
        await page.Page.GetByRole(AriaRole.Alert).GetByText("nothing.png is empty").WaitForAsync();
        Assert.True(await page.Page.GetByAltText("Preview of rose.png").EvaluateAsync<bool>("image => image.decode().then(() => image.naturalWidth > 0, () => false)"));
        await page.Page.GetByLabel("Target class").FillAsync("orchid");
        await page.Page.GetByLabel("Target class").PressAsync("Tab");
        await Assertions.Expect(page.Page).ToHaveURLAsync(new Regex("target=orchid"), new() { Timeout = PortalPage.Patience });
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Explain", Exact = true }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Article, new() { Name = "Grad-CAM", Exact = true }).GetByText("orchid").First.WaitForAsync();

        var tiny = await Versions.RegisterAsync(fixture.Registry, $"{name}-tiny", Classes, imageSize: 32);
        await using var refused = await fixture.OpenAsync($"explain?model={tiny.Name}/1&image=runs:/{(await fixture.Registry.ModelVersions.GetAsync($"models:/{name}/1")).RunId}/samples/001.png&methods=gradcam,smoothgrad");
        await Assertions.Expect(refused.Page.GetByRole(AriaRole.Article, new() { Name = "Grad-CAM", Exact = true }).GetByRole(AriaRole.Alert))
            .ToHaveTextAsync(new Regex("single cell.*earlier layer\\.\\s*$"), new() { Timeout = PortalPage.Patience });
        await refused.Page.GetByRole(AriaRole.Article, new() { Name = "SmoothGrad" }).Locator(".layer").WaitForAsync();

        await using var unknown = await fixture.OpenAsync("explain/00000000000000000000000000000000");
        await unknown.SeeAsync("Explanation '00000000000000000000000000000000' not found");
        await using var none = await fixture.OpenAsync($"explain?model={name}/99");
        await none.SeeAsync("Not found");
    }

    private static LocatorAssertionsToHaveCountOptions Patience() => new() { Timeout = PortalPage.Patience };

    /// <summary>A model with random weights, and test images as a run would store them.</summary>
    private async Task<string> RegisterAsync(string name)
    {
        var version = await Versions.RegisterAsync(fixture.Registry, $"{name}-{Guid.NewGuid():N}"[..(name.Length + 9)], Classes, imageSize: 64);
        var samples = Enumerable.Range(0, 3).Select(i => new { path = $"samples/{i:000}.png", id = $"{i}", @class = Classes[i], predicted = Classes[i % 2], probability = 0.7 }).ToList();
        foreach (var (sample, i) in samples.Select((sample, i) => (sample, i)))
            await fixture.Registry.Artifacts.UploadBytesAsync(version.RunId, sample.path, Picture(i));
        await fixture.Registry.Artifacts.UploadBytesAsync(version.RunId, "samples/samples.json", JsonSerializer.SerializeToUtf8Bytes(samples));
        return version.Name;
    }

    /// <summary>Stripes, so that maps are not constant.</summary>
    private static byte[] Picture(int seed)
    {
        var image = new Image(96, 80);
        for (var i = 0; i < image.Pixels.Length; i++)
            image.Pixels[i] = (byte)(127 + (120 * Math.Sin((i / 3 % 96 / (4.0 + seed)) + (i / 288 / 9.0) + i % 3)));
        return PngCodec.Encode(image);
    }
}
