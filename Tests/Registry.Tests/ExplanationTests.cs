using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Models;
using Microsoft.Extensions.DependencyInjection;

namespace Linnaeus.Registry.Tests;

/// <summary>Explanations stored with versions, and explanation jobs.</summary>
public sealed class ExplanationTests(RegistryFixture registry)
{
    private readonly RegistryClient _client = new(registry.Http);

    [Fact]
    public async Task Explanations_of_a_version_are_listed_newest_first_by_number_and_by_alias()
    {
        var run = await VersionAsync("explained", alias: "champion");
        var first = await _client.Explanations.PutAsync(Record("explained", run));
        await Task.Delay(5);
        var second = await _client.Explanations.PutAsync(Record("explained", run) with { Method = ExplanationMethod.IntegratedGradients });

        Assert.Equal([second.Id, first.Id], (await _client.Explanations.ListAsync(ModelUri.OfVersion("explained", 1))).Select(e => e.Id));
        Assert.Equal([second.Id, first.Id], (await _client.Explanations.ListAsync(ModelUri.OfAlias("explained", "Champion"))).Select(e => e.Id));
        var read = (await _client.Explanations.FindAsync(first.Id))!;
        Assert.Equal(0.75, read.Summary.GetProperty("probability").GetDouble());
        Assert.Equal((first.RunId, first.ArtifactPath, ExplanationMethod.GradCam), (read.RunId, read.ArtifactPath, read.Method));
        Assert.Null(await _client.Explanations.FindAsync("0".PadLeft(32, '0')));
    }

    [Fact]
    public async Task The_same_explanation_again_replaces_the_first()
    {
        var run = await VersionAsync("explained again");
        var record = Record("explained again", run);
        await _client.Explanations.PutAsync(record);
        await _client.Explanations.PutAsync(record with { ArtifactPath = "explanations/other" });

        Assert.Equal("explanations/other", Assert.Single(await _client.Explanations.ListAsync(ModelUri.OfVersion("explained again", 1))).ArtifactPath);
    }

    [Fact]
    public async Task An_explanation_of_an_unknown_version_is_rejected_with_every_error()
    {
        var record = Record("never registered", "r") with { ArtifactPath = "" };
        var error = await Assert.ThrowsAsync<RegistryException>(() => _client.Explanations.PutAsync(record));
        Assert.Equal(["$.artifact_path", "$.version"], error.Errors.Keys.Order(StringComparer.Ordinal));

        var unknown = JsonNode.Parse(JsonSerializer.Serialize(record, ApiJson.Options))!;
        unknown["method"] = "lime";
        using var refused = await registry.Http.PutAsJsonAsync($"/api/explanations/{record.Id}", unknown);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var detail = (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString();
        Assert.Contains("Must be gradcam, gradcam++, integrated-gradients, smoothgrad, occlusion. Path: $.method", detail, StringComparison.Ordinal);

        await VersionAsync("other run");
        var foreign = await Assert.ThrowsAsync<RegistryException>(() => _client.Explanations.PutAsync(Record("other run", "r")));
        Assert.Equal(["$.run_id"], foreign.Errors.Keys);

        var list = await Assert.ThrowsAsync<RegistryException>(() => _client.Explanations.ListAsync(ModelUri.OfVersion("never registered", 1)));
        Assert.Equal(HttpStatusCode.NotFound, list.Status);
    }

    [Fact]
    public async Task A_job_can_name_a_version_by_alias()
    {
        var run = await VersionAsync("asked for", alias: "champion");
        var job = await _client.Jobs.SubmitAsync(new ExplanationSpec { Model = "models:/asked for@champion", Images = [$"runs:/{run}/samples/000.png"], Steps = 20 });
        Assert.Equal(("explain", JobStatus.Queued, 20), (job.Kind, job.Status, job.Spec.GetProperty("steps").GetInt32()));
        Assert.Null(job.RunId);
        await _client.Jobs.CancelAsync(job.Id);
    }

    private static ExplanationRecord Record(string model, string run) => new()
    {
        Id = Guid.NewGuid().ToString("N"),
        Model = model,
        Version = "1",
        Method = ExplanationMethod.GradCam,
        RunId = run,
        ArtifactPath = "explanations/x",
        Summary = JsonSerializer.SerializeToElement(new { probability = 0.75 }),
    };

    /// <summary>Registers version 1 of a new model.</summary>
    /// <returns>Its run.</returns>
    private async Task<string> VersionAsync(string name, string? alias = null)
    {
        var run = await _client.Runs.CreateAsync("0");
        await using var scope = registry.Server.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RegistryDb>();
        var model = new RegisteredModel { Name = name, LastVersion = 1 };
        db.Add(model);
        await db.SaveChangesAsync();
        db.Add(new ModelVersion { ModelId = model.Id, Version = 1, RunId = run.RunId, Source = $"{run.ArtifactUri}/model" });
        await db.SaveChangesAsync();
        if (alias is not null)
            db.Add(new ModelAlias { ModelId = model.Id, Alias = alias, Version = 1 });
        await db.SaveChangesAsync();
        return run.RunId;
    }
}
