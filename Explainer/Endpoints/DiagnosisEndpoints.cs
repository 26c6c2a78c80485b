using System.Text.Json;
using Linnaeus.Explainer.Diagnosis;
using Linnaeus.Explainer.Models;
using Linnaeus.Registry.Client;
using Linnaeus.ServiceDefaults.Problems;

namespace Linnaeus.Explainer.Endpoints;

/// <summary>Error analysis of model versions: <c>/api/explanations/batch</c> and <c>/api/explanations/reports</c>.</summary>
public static class DiagnosisEndpoints
{
    public static void MapDiagnoses(this WebApplication app)
    {
        var group = app.MapGroup("/api/explanations").WithTags("Error analysis").AddEndpointFilter(RegistryFaults.Translate);
        group.MapPost("/batch", SubmitAsync).WithSummary("Submit an error analysis job for a model version; Location is the address of its report.")
            .Accepts<DiagnosisSpec>("application/json").Produces<DiagnosisAnswer>(StatusCodes.Status202Accepted).ProducesFaults();
        group.MapGet("/reports", LatestAsync).WithSummary("Get the latest report of a model version (model=models:/NAME/VERSION or model=models:/NAME@ALIAS).")
            .Produces<DiagnosisAnswer>().ProducesFaults();
        group.MapGet("/reports/{id}", GetAsync).WithSummary("Get a report, or the progress of its job.").Produces<DiagnosisAnswer>().ProducesFaults();
        group.MapGet("/reports/{id}/{file}", GetFileAsync)
            .WithSummary($"Download a file of a report: {string.Join(", ", DiagnosisStore.MediaTypes.Keys)}.").ProducesFaults();
    }

    private static async Task<IResult> SubmitAsync(HttpRequest http, RegistryClient registry, CancellationToken cancellationToken)
    {
        using var body = await JsonBody.ReadAsync(http, cancellationToken);
        try
        {
            var job = await registry.Jobs.SubmitAsync(new JobRequest("diagnose", body.RootElement), cancellationToken);
            var answer = Answer(job, http, null);
            return Results.Accepted(answer.Url, answer);
        }
        catch (RegistryException error) when (error.Errors.Count > 0) // the body is the job's spec, so errors use the body's own field names
        {
            static string Plain(string text) => text.Replace("$.spec", "$", StringComparison.Ordinal);
            throw new ProblemException(
                StatusCodes.Status400BadRequest, Plain(error.Message), error.Errors.ToDictionary(fault => Plain(fault.Key), fault => fault.Value), error);
        }
    }

    private static async Task<DiagnosisAnswer> LatestAsync(
        HttpRequest http, string? model, RegisteredVersions versions, RegistryClient registry, DiagnosisStore store, CancellationToken cancellationToken)
    {
        if (!ModelUri.TryParse(model, out var uri))
            throw new ProblemException(StatusCodes.Status400BadRequest,
                $"'{model}' is not a model version. Use /api/explanations/reports?model=models:/NAME/VERSION or models:/NAME@ALIAS.");
        var version = await versions.FindAsync(uri, cancellationToken);
        if (!version.Tags.TryGetValue(DiagnosisStore.ReportTag, out var id))
            throw new ProblemException(StatusCodes.Status404NotFound, $"{uri} has no report. Create one with POST /api/explanations/batch.");
        return await GetAsync(http, id, registry, store, cancellationToken);
    }

    private static async Task<DiagnosisAnswer> GetAsync(
        HttpRequest http, string id, RegistryClient registry, DiagnosisStore store, CancellationToken cancellationToken)
    {
        var job = await FindAsync(registry, id, cancellationToken);
        var report = ResultOf(job) is { } result ? await store.ReadAsync(result, cancellationToken) : null;
        return Answer(job, http, report);
    }

    private static async Task<IResult> GetFileAsync(
        string id, string file, RegistryClient registry, DiagnosisStore store, CancellationToken cancellationToken)
    {
        if (!DiagnosisStore.MediaTypes.TryGetValue(file, out var type))
            throw new ProblemException(
                StatusCodes.Status404NotFound, $"A report has no file '{file}'. Available: {string.Join(", ", DiagnosisStore.MediaTypes.Keys)}.");
        var result = ResultOf(await FindAsync(registry, id, cancellationToken))
            ?? throw new ProblemException(StatusCodes.Status404NotFound, $"Job {id} has no report yet.");
        return Results.Bytes(await store.ReadAsync(result, file, cancellationToken), type);
    }

    private static async Task<Job> FindAsync(RegistryClient registry, string id, CancellationToken cancellationToken)
    {
        var job = await registry.Jobs.GetAsync(id, cancellationToken);
        return job.Kind == "diagnose" ? job : throw new ProblemException(StatusCodes.Status404NotFound, $"Report '{id}' not found.");
    }

    private static DiagnosisResult? ResultOf(Job job) =>
        job is { Status: JobStatus.Succeeded, Result: { } result } ? result.Deserialize<DiagnosisResult>(ApiJson.Options) : null;

    private static DiagnosisAnswer Answer(Job job, HttpRequest http, DiagnosisReport? report)
    {
        var address = $"{http.Scheme}://{http.Host}{http.PathBase}/api/explanations/reports/{job.Id}";
        var sheet = report is null ? null : $"{address}/{DiagnosisStore.ContactSheetFile}";
        return new DiagnosisAnswer(job.Id, job.Status, job.Progress, job.Error, address, sheet, report);
    }
}
