using System.Text;
using System.Text.Json;
using Linnaeus.Registry.Client;

namespace Linnaeus.Explainer.Diagnosis;

/// <summary>Stores reports as artifacts of the version's run; tags of the version name the latest one.</summary>
public sealed class DiagnosisStore(RegistryClient registry)
{
    public const string ReportFile = "report.json";
    public const string ContactSheetFile = "contact_sheet.svg";

    /// <summary>Tag of a version: id of its latest report.</summary>
    public const string ReportTag = "linnaeus.diagnosis";

    /// <summary>Tag of a version, followed by the method: the latest <see cref="SanityCheck"/> as JSON.</summary>
    public const string SanityTag = "linnaeus.sanity.";

    /// <summary>Downloadable files with their media types.</summary>
    public static IReadOnlyDictionary<string, string> MediaTypes { get; } = new Dictionary<string, string>
    {
        [ReportFile] = "application/json",
        [ContactSheetFile] = "image/svg+xml",
    };

    /// <summary>Uploads the files, then tags the version.</summary>
    public async Task<DiagnosisResult> SaveAsync(ModelVersionInfo version, DiagnosisReport report, string contactSheet, CancellationToken cancellationToken)
    {
        var folder = $"diagnoses/{report.Id}";
        await Task.WhenAll(
            registry.Artifacts.UploadBytesAsync(
                version.RunId, $"{folder}/{ReportFile}", JsonSerializer.SerializeToUtf8Bytes(report, ApiJson.Options), cancellationToken),
            registry.Artifacts.UploadBytesAsync(version.RunId, $"{folder}/{ContactSheetFile}", Encoding.UTF8.GetBytes(contactSheet), cancellationToken));
        if (report.Sanity is { } sanity)
            await registry.ModelVersions.SetTagAsync(
                version.Name, version.Version, SanityTag + sanity.Method.Name(), JsonSerializer.Serialize(sanity, ApiJson.Options), cancellationToken);
        await registry.ModelVersions.SetTagAsync(version.Name, version.Version, ReportTag, report.Id, cancellationToken);
        return new DiagnosisResult(
            version.Name, version.Version, version.RunId, folder, report.Accuracy, report.MeanFocus, report.ShortcutsSuspected);
    }

    /// <summary>One file of a report.</summary>
    public Task<byte[]> ReadAsync(DiagnosisResult result, string file, CancellationToken cancellationToken) =>
        registry.Artifacts.ReadBytesAsync(ArtifactUri.OfRun(result.RunId, $"{result.ArtifactPath}/{file}"), cancellationToken: cancellationToken);

    /// <summary>The report.</summary>
    public async Task<DiagnosisReport> ReadAsync(DiagnosisResult result, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize<DiagnosisReport>(await ReadAsync(result, ReportFile, cancellationToken), ApiJson.Options)
        ?? throw new InvalidDataException($"{result.ArtifactPath}/{ReportFile} is empty.");
}
