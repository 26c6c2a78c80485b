using Linnaeus.Registry.Client;
using Microsoft.Playwright;

namespace Linnaeus.Portal.Tests;

/// <summary>Models, versions and aliases.</summary>
[Collection(PortalCollection.Name)]
public sealed class ModelTests(PortalFixture fixture)
{
    [Fact]
    public async Task A_model_page_lists_versions_and_compares_them()
    {
        var registry = fixture.Registry;
        await registry.EvaluatedAsync("models-list", image => image < 40);
        await registry.EvaluatedAsync("models-list", image => image < 10);
        await registry.Aliases.SetAsync("models-list", "champion", new SetAliasRequest("1", "the first one", "ada"));
        await registry.Aliases.SetPolicyAsync("models-list", "champion", new AliasPolicy { MinimumMetrics = new Dictionary<string, double> { ["test_accuracy"] = 0.5 } });

        await using var page = await fixture.OpenAsync("models");
        await page.Page.GetByRole(AriaRole.Row, new() { Name = "models-list v1 80.0% v2 95.0%" }).GetByRole(AriaRole.Link, new() { Name = "models-list" }).ClickAsync();
        await page.SeeAsync("Policy: test_accuracy ≥ 0.5.");
        await page.Page.GetByRole(AriaRole.Row, new() { Name = "ada champion – v1 the first one" }).WaitForAsync();
        await page.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Select v2" }).CheckAsync();
        await page.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Select v1" }).CheckAsync();
        await page.CheckAsync("model-light");
        await page.Page.Locator("main").GetByRole(AriaRole.Link, new() { Name = "Compare", Exact = true }).ClickAsync();
        await page.SeeAsync("models-list v2 is better than models-list v1");

        await using var dark = await fixture.OpenAsync("models", colors: ColorScheme.Dark);
        await dark.SeeAsync("models-list");
        await dark.CheckAsync("models-dark");
        await using var phone = await fixture.OpenAsync("models/models-list?promote=2", width: 390, height: 844);
        await phone.SeeAsync("champion currently points to v1");
        await phone.CheckAsync("model-390");
    }

    [Fact]
    public async Task An_alias_is_assigned_with_a_reason_if_it_is_unchanged_and_the_policy_passes()
    {
        var registry = fixture.Registry;
        await registry.EvaluatedAsync("models-move", image => image < 20);
        await registry.EvaluatedAsync("models-move", image => image < 10);
        await registry.EvaluatedAsync("models-move", image => image < 120);
        await registry.Aliases.SetAsync("models-move", "champion", new SetAliasRequest("1"));
        await using var page = await fixture.OpenAsync("models/models-move?promote=2");
        var move = page.Page.GetByRole(AriaRole.Button, new() { Name = "Assign", Exact = true });
        await Assertions.Expect(move).ToBeDisabledAsync();
        await page.SeeAsync("champion currently points to v1");

        await registry.Aliases.SetAsync("models-move", "champion", new SetAliasRequest("3", "by mistake", "bob"));
        await page.Page.GetByLabel("Reason").FillAsync("five points better");
        await page.Page.GetByLabel("User").FillAsync("ada");
        await move.ClickAsync();
        await page.SeeAsync("bob assigned champion to v3 while this form was open: “by mistake”.");
        Assert.Equal("3", (await registry.Aliases.GetAsync("models-move", "champion")).Version);
        await move.ClickAsync();
        await page.SeeAsync("champion now points to v2.");
        await page.Page.GetByRole(AriaRole.Row, new() { Name = "ada champion v3 v2 five points better" }).WaitForAsync();
        await page.Page.GetByRole(AriaRole.Row, new() { Name = "bob champion v1 v3 by mistake" }).WaitForAsync();

        await registry.Aliases.SetPolicyAsync("models-move", "champion", new AliasPolicy { MinimumMetrics = new Dictionary<string, double> { ["test_accuracy"] = 0.9 } });
        await using var refused = await fixture.OpenAsync("models/models-move?promote=3");
        await refused.SeeAsync("minimum_metrics.test_accuracy");
        await refused.Page.GetByLabel("Reason").FillAsync("smaller");
        await refused.Page.GetByRole(AriaRole.Button, new() { Name = "Assign", Exact = true }).ClickAsync();
        await refused.SeeAsync("v3 fails the policy of champion.");
        await Assertions.Expect(refused.Page.GetByRole(AriaRole.List, new() { Name = "Policy rules" })).ToContainTextAsync("0.4");
        await refused.CheckAsync("model-refused");
        Assert.Equal("2", (await registry.Aliases.GetAsync("models-move", "champion")).Version);
        await refused.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Override policy" }).CheckAsync();
        await refused.Page.GetByRole(AriaRole.Button, new() { Name = "Assign", Exact = true }).ClickAsync();
        await refused.SeeAsync("champion now points to v3.");
        await refused.SeeAsync("Policy overridden: minimum_metrics.test_accuracy");
    }

    [Fact]
    public async Task A_policy_is_set_changed_and_removed_and_an_alias_removed()
    {
        var registry = fixture.Registry;
        await registry.VersionAsync("models-policy", 0.81);
        await registry.Aliases.SetAsync("models-policy", "shipped", new SetAliasRequest("1"));
        await using var page = await fixture.OpenAsync("models/models-policy");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Add promotion policy" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Add metric" }).ClickAsync();
        await page.Page.GetByLabel("Metric", new() { Exact = true }).FillAsync("test_accuracy");
        await page.Page.GetByLabel("Min", new() { Exact = true }).FillAsync("0.9");
        await page.Page.GetByLabel("Max ECE").FillAsync("2");
        var save = page.Page.GetByRole(AriaRole.Button, new() { Name = "Save policy" });
        await page.CheckAsync("model-policy");
        await page.Page.GetByLabel("Max ECE").FillAsync("0.1");
        await save.ClickAsync();
        await page.SeeAsync("Policy: test_accuracy ≥ 0.9; not significantly worse than current (McNemar, alpha = 0.05); ECE ≤ 0.1; checksums verified.");
        var policy = (await registry.Aliases.PoliciesAsync("models-policy"))["shipped"];
        Assert.Equal((0.9, 0.05, 0.1, true, false), (policy.MinimumMetrics["test_accuracy"], policy.NotBelowHolder, policy.MaximumEce, policy.VerifiedChecksum, policy.SameTestFingerprint));

        await page.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Not significantly worse than current" }).UncheckAsync();
        await save.ClickAsync();
        await page.SeeAsync("Policy: test_accuracy ≥ 0.9; ECE ≤ 0.1; checksums verified.");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Remove policy" }).ClickAsync();
        await page.SeeAsync("No policy");
        Assert.Empty(await registry.Aliases.PoliciesAsync("models-policy"));

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Remove alias" }).ClickAsync();
        var dialog = page.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Reason").FillAsync("not shipped any more");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Row, new() { Name = "shipped v1 removed not shipped any more" }).WaitForAsync();
        Assert.Empty(await registry.Aliases.ListAsync("models-policy"));
    }

    [Fact]
    public async Task A_version_shows_its_lineage_and_files_and_can_be_deleted_and_restored()
    {
        var registry = fixture.Registry;
        var version = await registry.EvaluatedAsync("models-version", image => image < 30);
        await registry.Artifacts.UploadBytesAsync(version.RunId, "figures/per_class.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='200' height='90'><rect width='200' height='90' fill='#8ab'/></svg>"u8.ToArray());
        await registry.Runs.LogInputAsync(version.RunId, new DatasetInput("synthetic-flowers", "0123456789abcdef", "local", "{}"), "training");
        await registry.ExplainedAsync(version, "c0ffee");
        await registry.Artifacts.UploadBytesAsync(version.RunId, "diagnoses/0123456789abcdef0123456789abcdef/report.json", "{}"u8.ToArray());

        await using var page = await fixture.OpenAsync("models/models-version/1");
        var lineage = page.Page.Locator(".lineage");
        await Assertions.Expect(lineage).ToContainTextAsync("synthetic-flowers");
        await Assertions.Expect(lineage).ToContainTextAsync("1 stored");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Img, new() { Name = "per class" })).ToHaveJSPropertyAsync("naturalWidth", 200);
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Link, new() { Name = "report 1" })).ToHaveAttributeAsync("href", "reports/0123456789abcdef0123456789abcdef");
        var weights = page.Page.GetByRole(AriaRole.Row, new() { Name = "model.safetensors" });
        await Assertions.Expect(weights).ToContainTextAsync(version.Files.Single(file => file.Path == "model.safetensors").Sha256);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Verify" }).ClickAsync();
        await page.SeeAsync("Checksums verified (3 files)");
        await weights.GetByText("verified").WaitForAsync();
        var download = await page.Page.RunAndWaitForDownloadAsync(() => weights.GetByRole(AriaRole.Link).ClickAsync());
        Assert.Equal("weights", await File.ReadAllTextAsync(await download.PathAsync()));
        await page.CheckAsync("version-light");

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        var dialog = page.Page.GetByRole(AriaRole.Dialog, new() { Name = "Delete models-version v1?" });
        await dialog.WaitForAsync();
        await page.CheckAsync("version-delete");
        await page.Page.Keyboard.PressAsync("Escape");
        await dialog.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Assert.Equal("READY", (await registry.ModelVersions.GetAsync("models:/models-version/1")).Status);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.SeeAsync("Version not found");
        await Assert.ThrowsAsync<RegistryException>(() => registry.ModelVersions.GetAsync("models:/models-version/1"));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Restore v1" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Verify" }).WaitForAsync();
        Assert.Equal("READY", (await registry.ModelVersions.GetAsync("models:/models-version/1")).Status);

        await using var phone = await fixture.OpenAsync("models/models-version/1", width: 390, height: 844, colors: ColorScheme.Dark);
        await phone.SeeAsync("synthetic-flowers");
        await phone.CheckAsync("version-390");
    }

    [Fact]
    public async Task The_lineage_links_to_the_job_the_parent_and_the_children()
    {
        var registry = fixture.Registry;
        var job = await registry.Jobs.SubmitAsync(new TrainingSpec { Name = "lineage", Model = "models-lineage", Dataset = "synthetic-flowers" });
        await registry.Jobs.CancelAsync(job.Id);
        await registry.VersionAsync("models-lineage", 0.7, 2);
        await registry.VersionAsync("models-lineage", 0.8, 2, new Dictionary<string, string> { ["linnaeus.parent"] = "models:/models-lineage/1", ["linnaeus.job_id"] = job.Id });
        await registry.VersionAsync("models-lineage", 0.9, 2, new Dictionary<string, string> { ["linnaeus.parent"] = "models:/models-lineage/2" });
        await registry.ModelVersions.DeleteAsync("models-lineage", "3");

        await using var page = await fixture.OpenAsync("models/models-lineage/2");
        var lineage = page.Page.Locator(".lineage");
        await Assertions.Expect(lineage.GetByRole(AriaRole.Link, new() { Name = job.Id[..12] })).ToHaveAttributeAsync("href", $"jobs/{job.Id}");
        await Assertions.Expect(lineage.GetByRole(AriaRole.Link, new() { Name = "models-lineage v1" })).ToHaveAttributeAsync("href", "models/models-lineage/1");
        await page.CheckAsync("version-lineage");
        await lineage.GetByRole(AriaRole.Link, new() { Name = "restore" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Restore v3" }).ClickAsync();
        await lineage.GetByRole(AriaRole.Link, new() { Name = "models-lineage v2" }).WaitForAsync();
    }
}
