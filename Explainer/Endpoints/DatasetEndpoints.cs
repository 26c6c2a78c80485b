using System.Security.Claims;
using Linnaeus.Explainer.Datasets;
using Linnaeus.Registry.Client;

namespace Linnaeus.Explainer.Endpoints;

/// <summary><c>/api/datasets</c>. Every endpoint takes <c>dataset=</c> or <c>job=</c>.</summary>
public static class DatasetEndpoints
{
    private const int Side = 128;

    public static void MapDatasets(this WebApplication app)
    {
        var group = app.MapGroup("/api/datasets").WithTags("Datasets").AddEndpointFilter(RegistryFaults.Translate);
        group.MapGet("/summary", async (string? dataset, string? job, ClaimsPrincipal caller, RequestedDataset requested, CancellationToken token) =>
                DatasetViews.Summarize(await requested.OpenAsync(dataset, job, caller, token)))
            .WithSummary("Summarize a dataset: classes with image counts, fingerprint and skipped files.").ProducesFaults();
        group.MapGet("/samples", async (string? dataset, string? job, string? split, string? label, int? limit, int? offset, ClaimsPrincipal caller,
                RequestedDataset requested, CancellationToken token) =>
                DatasetViews.List(await requested.OpenAsync(dataset, job, caller, token), split ?? "train", label, limit ?? 24, offset ?? 0))
            .WithSummary("List the images of a split (train, validation, test), optionally of one class.").ProducesFaults();
        group.MapGet("/image", async (string? dataset, string? job, string id, int? size, ClaimsPrincipal caller, RequestedDataset requested, CancellationToken token) =>
                Results.Bytes(DatasetViews.Jpeg(await requested.OpenAsync(dataset, job, caller, token), id, size ?? Side), "image/jpeg"))
            .WithSummary("Get an image as JPEG; its shorter side has at most size pixels.").ProducesFaults();
        group.MapGet("/augmentation", async (string? dataset, string? job, string? augmentation, string? id, int? image_size, long? seed, ClaimsPrincipal caller,
                RequestedDataset requested, CancellationToken token) =>
                Results.Bytes(DatasetViews.Variations(
                    await requested.OpenAsync(dataset, job, caller, token), augmentation ?? "light", id, image_size ?? Side, seed ?? 0), "image/png"))
            .WithSummary("Preview the augmentation: nine variations of one image as PNG.").ProducesFaults();
        group.MapGet("/mixing", async (string? dataset, string? job, string? mixing, int? image_size, long? seed, ClaimsPrincipal caller,
                RequestedDataset requested, CancellationToken token) =>
                Results.Bytes(DatasetViews.Mixing(
                    await requested.OpenAsync(dataset, job, caller, token), mixing ?? "alternate", image_size ?? Side, seed ?? 0), "image/png"))
            .WithSummary("Preview the mixing: training images, and the same images with Mixup, CutMix or both, as PNG.").ProducesFaults();
    }
}
