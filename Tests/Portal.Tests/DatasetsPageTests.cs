using System.Text.RegularExpressions;
using Linnaeus.Registry.Client;
using Microsoft.Playwright;

namespace Linnaeus.Portal.Tests;

/// <summary>What is in a dataset, and what a training sees of it.</summary>
[Collection(PortalCollection.Name)]
public sealed class DatasetsPageTests(PortalFixture fixture)
{
    private static readonly LocatorAssertionsToHaveCountOptions Patience = new() { Timeout = PortalPage.Patience };

    [Fact]
    public async Task The_dataset_of_a_training_is_found_and_its_images_and_previews_are_drawn()
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
        await page.Page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("5 classes of 8 \\+ 2 \\+ 1, seed 77") }).WaitForAsync();
        await page.CheckAsync("datasets");
        await page.Page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("seed 77") }).ClickAsync();

        var pictures = page.Page.Locator(".sample-grid img");
        await Assertions.Expect(pictures).ToHaveCountAsync(24, Patience);
        await page.SeeAsync("Page 1 of 2");
        await page.Page.GetByRole(AriaRole.Navigation, new() { Name = "Splits" }).GetByRole(AriaRole.Link, new() { Name = "validation" }).ClickAsync();
        await Assertions.Expect(pictures).ToHaveCountAsync(10, Patience);
        await page.Page.GetByLabel("Class", new() { Exact = true }).SelectOptionAsync("daisy");
        await Assertions.Expect(pictures).ToHaveCountAsync(2, Patience);
        await Assertions.Expect(pictures.First).ToHaveAttributeAsync("alt", "daisy");
        await Assertions.Expect(pictures.First).Not.ToHaveJSPropertyAsync("naturalWidth", 0, new() { Timeout = PortalPage.Patience });

        var augmented = page.Page.GetByAltText("Nine variations");
        await page.Page.GetByLabel("Side").SelectOptionAsync("96 px");
        await page.Page.GetByLabel("Augmentation").SelectOptionAsync("keras");
        await Assertions.Expect(augmented).ToHaveJSPropertyAsync("naturalWidth", 288, new() { Timeout = PortalPage.Patience });
        var before = await augmented.GetAttributeAsync("src");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Draw again" }).ClickAsync();
        await Assertions.Expect(augmented).Not.ToHaveAttributeAsync("src", before!, new() { Timeout = PortalPage.Patience });
        await Assertions.Expect(page.Page).ToHaveURLAsync(new Regex("augmentation=keras.*seed=1|seed=1.*augmentation=keras"), new() { Timeout = PortalPage.Patience });
        await Assertions.Expect(page.Page.GetByAltText("and below them the same mixed")).ToHaveJSPropertyAsync("naturalWidth", 6 * 96, new() { Timeout = PortalPage.Patience });
        await page.CheckAsync("dataset-light");

        await using var phone = await fixture.OpenAsync(new Uri(page.Page.Url).PathAndQuery[1..], width: 390, height: 844, colors: ColorScheme.Dark);
        await Assertions.Expect(phone.Page.Locator(".sample-grid img")).ToHaveCountAsync(2, Patience);
        await phone.CheckAsync("dataset-390-dark");
    }

    [Fact]
    public async Task A_folder_that_is_not_there_says_so()
    {
        await using var page = await fixture.OpenAsync("datasets");
        await page.Page.GetByLabel("Folder").FillAsync("/nowhere/flowers");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Open", Exact = true }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Alert).GetByText("/nowhere/flowers").WaitForAsync();
        await page.CheckAsync("dataset-missing");
    }
}
