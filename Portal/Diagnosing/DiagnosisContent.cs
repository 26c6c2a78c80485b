using System.Net;
using System.Text.Json;
using Linnaeus.Portal.Endpoints;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Diagnosing;

/// <summary>An error analysis job with its report; null until it has finished.</summary>
public sealed record DiagnosisContent(Job Job, DiagnosisResult? Result, DiagnosisReport? Report)
{
    private const int LargestReport = 64 << 20;

    public bool IsAtWork => !Job.HasEnded;

    /// <summary>Address of the figure of the most confident errors, proxied by the Portal.</summary>
    public string? ContactSheet => Result is null ? null : FileAddress.Of(Result.RunId, $"{Result.ArtifactPath}/contact_sheet.svg");

    /// <summary>Address of the report as JSON.</summary>
    public string? File => Result is null ? null : FileAddress.Of(Result.RunId, $"{Result.ArtifactPath}/report.json");

    /// <exception cref="RegistryException">404: no such job, not an error analysis, or the report was deleted.</exception>
    public static async Task<DiagnosisContent> ReadAsync(RegistryClient registry, string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var job = await registry.Jobs.GetAsync(id, cancellationToken);
        if (job.Kind != "diagnose")
            throw new RegistryException(HttpStatusCode.NotFound, "RESOURCE_DOES_NOT_EXIST", $"Job {id} is not an error analysis; see jobs/{id}.");
        var result = ResultOf(job);
        if (result is null)
            return new DiagnosisContent(job, null, null);
        var bytes = await registry.Artifacts.ReadBytesAsync(ArtifactUri.OfRun(result.RunId, $"{result.ArtifactPath}/report.json"), LargestReport, cancellationToken);
        return new DiagnosisContent(job, result, JsonSerializer.Deserialize<DiagnosisReport>(bytes, ApiJson.Options));
    }

    /// <summary>The result of a successful error analysis; null for any other job.</summary>
    public static DiagnosisResult? ResultOf(Job job) =>
        job is { Status: JobStatus.Succeeded, Result: { } result } ? result.Deserialize<DiagnosisResult>(ApiJson.Options) : null;

    public static DiagnosisSpec SpecOf(Job job) => job.Spec.Deserialize<DiagnosisSpec>(ApiJson.Options) ?? new DiagnosisSpec();
}
