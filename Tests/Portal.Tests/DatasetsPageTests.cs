using System.Text.RegularExpressions;
using Linnaeus.Registry.Client;
using Microsoft.Playwright;

namespace Linnaeus.Portal.Tests;

/// <summary>Datasets and augmentation previews.</summary>
[Collection(PortalCollection.Name)]
public sealed class DatasetsPageTests(PortalFixture fixture)
{
    private static readonly LocatorAssertionsToHaveCountOptions Patience = new() { Timeout = PortalPage.Patience };

    [Fact]
    public async Task The_dataset_of_a_run_is_listed_with_images_and_previews()
    {
        var job = await fixture.Registry.Jobs.SubmitAsync(new TrainingSpec
        {
            Model = "datasets",
            Dataset = "synthetic-flowers",
            Epochs = 1,
            Synthetic = new SyntheticDatasetOptions { Classes = 5, TrainPerClass = 8, ValPerClass = 2, TestPerClass = 1, Seed = 77 },
        });
        await fixture.Registry.Jobs.CancelAsync(job.Id);
        await using var page = await fixture.OpenAsync("datasets");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "5 classes, 8/2/1 per class, seed 77" }).WaitForAsync();
        await page.CheckAsync("datasets");
        await page.Page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("seed 77") }).ClickAsync();

        var images = page.Page.Locator(".sample-grid img");
        await Assertions.Expect(images).ToHaveCountAsync(24, Patience);
        await page.SeeAsync("Page 1 of 2");
        await page.Page.GetByRole(AriaRole.Navigation, new() { Name = "Splits" }).GetByRole(AriaRole.Link, new() { Name = "validation" }).ClickAsync();
        await Assertions.Expect(images).ToHaveCountAsync(10, Patience);
        await page.Page.GetByLabel("Class", new() { Exact = true }).SelectOptionAsync("daisy");
        await Assertions.Expect(images).ToHaveCountAsync(2, Patience);
        await Assertions.Expect(images.First).ToHaveAttributeAsync("alt", "daisy");
        await Assertions.Expect(images.First).Not.ToHaveJSPropertyAsync("naturalWidth", 0, new() { Timeout = PortalPage.Patience });

        var augmented = page.Page.GetByAltText("Nine augmented versions");
        await page.Page.GetByLabel("Image size").SelectOptionAsync("96 px");
        await page.Page.GetByRole(AriaRole.Combobox, new() { Name = "Augmentation" }).SelectOptionAsync("keras");
        await Assertions.Expect(augmented).ToHaveJSPropertyAsync("naturalWidth", 288, new() { Timeout = PortalPage.Patience });
        var before = await augmented.GetAttributeAsync("src");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Resample" }).ClickAsync();
        await Assertions.Expect(augmented).Not.ToHaveAttributeAsync("src", before!, new() { Timeout = PortalPage.Patience });
        await Assertions.Expect(page.Page).ToHaveURLAsync(new Regex("augmentation=keras.*seed=1|seed=1.*augmentation=keras"), new() { Timeout = PortalPage.Patience });
        await Assertions.Expect(page.Page.GetByAltText("and mixed images below")).ToHaveJSPropertyAsync("naturalWidth", 6 * 96, new() { Timeout = PortalPage.Patience });
        await page.CheckAsync("dataset-light");

        await using var phone = await fixture.OpenAsync(new Uri(page.Page.Url).PathAndQuery[1..], width: 390, height: 844, colors: ColorScheme.Dark);
        await Assertions.Expect(phone.Page.Locator(".sample-grid img")).ToHaveCountAsync(2, Patience);
        await phone.CheckAsync("dataset-390-dark");
    }

    [Fact]
    public async Task A_missing_folder_is_reported()
    {
        await using var page = await fixture.OpenAsync("datasets");
        await page.Page.GetByLabel("Folder path").FillAsync("/nowhere/flowers");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Open", Exact = true }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Alert).GetByText("/nowhere/flowers").WaitForAsync();
        await page.CheckAsync("dataset-missing");
    }
}
