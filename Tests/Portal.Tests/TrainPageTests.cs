using System.Text.Json;
using System.Text.RegularExpressions;
using Linnaeus.Portal.Jobs;
using Linnaeus.Portal.Training;
using Linnaeus.Registry.Client;
using Microsoft.Playwright;

namespace Linnaeus.Portal.Tests;

/// <summary>A run from the Train form to its end. The test acts as the worker.</summary>
[Collection(PortalCollection.Name)]
public sealed class TrainPageTests(PortalFixture fixture)
{
    [Fact]
    public async Task The_Registry_accepts_every_preset()
    {
        foreach (var preset in SpecPreset.All)
        {
            var job = await fixture.Registry.Jobs.SubmitAsync(new SpecDraft(preset.Json).Request);
            await fixture.Registry.Jobs.CancelAsync(job.Id);
            // A clone is the same job.
            var again = await fixture.Registry.Jobs.SubmitAsync(SpecDraft.Of(job).Request);
            await fixture.Registry.Jobs.CancelAsync(again.Id);
            Assert.True(JsonElement.DeepEquals(job.Spec, again.Spec), preset.Name);
        }
    }

    [Fact]
    public async Task A_sweep_shows_the_best_value_of_each_run()
    {
        var values = JsonSerializer.Deserialize<JsonElement[]>("""["none", "light"]""")!;
        var sweep = await fixture.Registry.Jobs.SubmitAsync(new SweepSpec
        {
            Base = new TrainingSpec { Model = "swept", Dataset = "synthetic-flowers", Experiment = $"sweep-{Guid.NewGuid():N}" },
            Parameters = new Dictionary<string, SweepParameter> { ["augmentation"] = new() { Values = values } },
        });
        var jobs = (await fixture.Registry.Jobs.ListAsync(sweep: sweep.Id)).OrderBy(job => job.Spec.GetProperty("name").GetString(), StringComparer.Ordinal).ToList();
        foreach (var (step, accuracy) in new[] { (1, 0.4), (2, 0.9), (3, 0.6) })
            await fixture.Registry.Runs.LogBatchAsync(jobs[0].RunId!, [new("val_accuracy", accuracy, DateTimeOffset.UtcNow, step), new("val_loss", 1 - accuracy, DateTimeOffset.UtcNow, step)]);

        var content = await JobContent.ReadAsync(fixture.Registry, sweep.Id, CancellationToken.None);
        Assert.Equal(jobs.Select(job => job.Id), content.Children.Select(child => child.Job.Id));
        Assert.Equal((0.9, 0.1, jobs[0].RunId), (content.Children[0].Best("val_accuracy")!.Value, Math.Round(content.Children[0].Best("val_loss")!.Value, 9), content.Children[0].Run!.RunId));
        Assert.Null(content.Children[1].Best("val_accuracy"));
        await using var page = await fixture.OpenAsync($"jobs/{sweep.Id}");
        await page.Page.GetByRole(AriaRole.Row, new() { NameRegex = new Regex("best none .* 0\\.9") }).WaitForAsync();
        await page.CheckAsync("job-sweep");
        await fixture.Registry.Jobs.CancelAsync(sweep.Id);
    }

    [Fact]
    public async Task An_invalid_form_shows_errors_at_its_fields_and_a_valid_one_starts_a_run_with_a_job_page()
    {
        var model = $"form-{Guid.NewGuid():N}"[..13];
        await using var page = await fixture.OpenAsync("train");
        await page.Page.GetByLabel("Model", new() { Exact = true }).FillAsync(model);
        await page.Page.GetByLabel("Epochs", new() { Exact = true }).FillAsync("many");
        await page.Page.GetByLabel("Augmentation", new() { Exact = true }).SelectOptionAsync("keras");
        var json = page.Page.GetByRole(AriaRole.Textbox, new() { Name = "Configuration (JSON)" });
        await Assertions.Expect(json).ToHaveValueAsync(new Regex("\"augmentation\": \"keras\""), new() { Timeout = PortalPage.Patience });
        await page.CheckAsync("train-light");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Train", Exact = true }).ClickAsync();
        await page.Page.GetByText("1 validation error").WaitForAsync();
        await Assertions.Expect(page.Page.GetByLabel("Epochs", new() { Exact = true })).ToHaveAttributeAsync("aria-invalid", "true");
        await page.CheckAsync("train-fault");

        var good = (await json.InputValueAsync()).Replace("\"many\"", "4", StringComparison.Ordinal);
        await json.FillAsync(good.Replace("\"spec\"", "spec", StringComparison.Ordinal));
        await page.Page.GetByText("invalid JSON").WaitForAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Train", Exact = true })).ToBeDisabledAsync();
        await json.FillAsync(good);
        await Assertions.Expect(page.Page.GetByLabel("Epochs", new() { Exact = true })).ToHaveValueAsync("4", new() { Timeout = PortalPage.Patience });
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Train", Exact = true }).ClickAsync();
        await page.SeeAsync("Queued: waiting for a worker");
        await WorkAsync(page, new Uri(page.Page.Url).AbsolutePath.Split('/')[^1], model);
    }

    private async Task WorkAsync(PortalPage page, string id, string model)
    {
        var jobs = fixture.Registry.Jobs;
        var lease = await jobs.LeaseAsync(new LeaseRequest("tester", ["train"], 600));
        Assert.Equal(id, lease!.Job.Id);
        Assert.Equal(("keras", 4, model), (lease.Job.Spec.GetProperty("augmentation").GetString(), lease.Job.Spec.GetProperty("epochs").GetInt32(), lease.Job.Spec.GetProperty("model").GetString()));
        await jobs.HeartbeatAsync(id, new HeartbeatRequest(lease.LeaseToken, new JobProgress(30, 120, "epoch 2/4, 88.0 images/s, ETA 0:42"), 600));
        await fixture.Registry.Runs.LogBatchAsync(lease.Job.RunId!, [.. Enumerable.Range(1, 30).SelectMany(step => new Metric[]
        {
            new("train_loss", 2.0 / step, DateTimeOffset.UtcNow, step), new("val_accuracy", 1 - (1.0 / step), DateTimeOffset.UtcNow, step),
        })]);
        await fixture.Registry.Artifacts.UploadBytesAsync(lease.Job.RunId!, "logs/training.log", "2026-11-27 10:00:00 info  Epoch 1/4: loss 1.234\n"u8.ToArray());
        await page.SeeAsync("Epoch 1/4: loss 1.234");
        await page.SeeAsync("25% · epoch 2/4, 88.0 images/s, ETA 0:42");
        await page.Page.Locator(".charts canvas").First.WaitForAsync();
        await page.CheckAsync("job-light");
        await using var phone = await fixture.OpenAsync($"jobs/{id}", width: 390, height: 844, colors: ColorScheme.Dark);
        await phone.Page.Locator(".charts canvas").First.WaitForAsync();
        await phone.CheckAsync("job-390-dark");

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel run" }).ClickAsync();
        await page.SeeAsync("Stopping…");
        await jobs.ReleaseAsync(id, new ReleaseRequest(lease.LeaseToken));
        await page.Page.Locator(".pill", new() { HasText = "canceled" }).First.WaitForAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Progressbar).WaitForAsync();
        Assert.Equal(JobStatus.Queued, (await jobs.GetAsync(id)).Status);
        await jobs.CancelAsync(id);
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Clone run" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByLabel("Model", new() { Exact = true })).ToHaveValueAsync(model, new() { Timeout = PortalPage.Patience });
        await Assertions.Expect(page.Page.GetByLabel("Epochs", new() { Exact = true })).ToHaveValueAsync("4");
        await page.Page.GotoAsync(new Uri(fixture.Address, "jobs?kind=train&status=cancelled").ToString());
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "baseline" }).First.WaitForAsync();
        await page.LiveAsync();
        await page.CheckAsync("jobs");
    }
}
