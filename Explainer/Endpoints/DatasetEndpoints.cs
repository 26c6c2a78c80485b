using System.Security.Claims;
using Linnaeus.Explainer.Datasets;
using Linnaeus.Registry.Client;

namespace Linnaeus.Explainer.Endpoints;

/// <summary>A look at a dataset before or after a training: <c>/api/datasets</c>. Every address takes <c>dataset=</c> or <c>job=</c>.</summary>
public static class DatasetEndpoints
{
    private const int Side = 128;

    public static void MapDatasets(this WebApplication app)
    {
        var group = app.MapGroup("/api/datasets").WithTags("Datasets").AddEndpointFilter(RegistryFaults.Translate);
        group.MapGet("/summary", async (string? dataset, string? job, ClaimsPrincipal caller, RequestedDataset requested, CancellationToken token) =>
                DatasetViews.Summarize(await requested.OpenAsync(dataset, job, caller, token)))
            .WithSummary("Classes with their images, the fingerprint, and files that were left out.").ProducesFaults();
        group.MapGet("/samples", async (string? dataset, string? job, string? split, string? label, int? limit, int? offset, ClaimsPrincipal caller,
                RequestedDataset requested, CancellationToken token) =>
                DatasetViews.List(await requested.OpenAsync(dataset, job, caller, token), split ?? "train", label, limit ?? 24, offset ?? 0))
            .WithSummary("Images of a split (train, validation, test), of all classes or the one of that label.").ProducesFaults();
        group.MapGet("/image", async (string? dataset, string? job, string id, int? size, ClaimsPrincipal caller, RequestedDataset requested, CancellationToken token) =>
                Results.Bytes(DatasetViews.Jpeg(await requested.OpenAsync(dataset, job, caller, token), id, size ?? Side), "image/jpeg"))
            .WithSummary("One image as JPEG; its shorter side has at most size pixels.").ProducesFaults();
        group.MapGet("/augmentation", async (string? dataset, string? job, string? augmentation, string? id, int? image_size, long? seed, ClaimsPrincipal caller,
                RequestedDataset requested, CancellationToken token) =>
                Results.Bytes(DatasetViews.Variations(
                    await requested.OpenAsync(dataset, job, caller, token), augmentation ?? "light", id, image_size ?? Side, seed ?? 0), "image/png"))
            .WithSummary("Nine variations of one image, as a training sees them.").ProducesFaults();
        group.MapGet("/mixing", async (string? dataset, string? job, string? mixing, int? image_size, long? seed, ClaimsPrincipal caller,
                RequestedDataset requested, CancellationToken token) =>
                Results.Bytes(DatasetViews.Mixing(
                    await requested.OpenAsync(dataset, job, caller, token), mixing ?? "alternate", image_size ?? Side, seed ?? 0), "image/png"))
            .WithSummary("Training images, and the same mixed by Mixup, CutMix or both.").ProducesFaults();
    }
}
