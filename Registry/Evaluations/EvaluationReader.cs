using System.Text.Json;
using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Models;
using Linnaeus.Registry.Tracking;

namespace Linnaeus.Registry.Evaluations;

/// <summary>Reads the evaluation that a version's run logged: metrics and the documents below <c>evaluation/</c>.</summary>
internal sealed class EvaluationReader(RunReader runs, ArtifactFiles artifacts)
{
    private const long LargestDocument = 256L << 20;
    private const string Folder = "evaluation";

    /// <exception cref="RegistryException">A document is invalid; the message names it.</exception>
    public async Task<VersionEvaluation> ReadAsync(VersionDetails details, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(details);
        var run = details.Version.RunId is { } id ? await runs.FindAsync(id, cancellationToken) : null;
        var evaluation = new VersionEvaluation
        {
            Details = details,
            Metrics = run?.Metrics.Where(m => !m.Last.IsNan).ToDictionary(m => m.Last.Key, m => m.Last.Value) ?? [],
            Params = run?.Params.ToDictionary() ?? [],
        };
        if (run is null || ArtifactPath.FromUri(run.Run.ArtifactUri) is not { } root) return evaluation;
        var test = await DocumentAsync<TestDocument>(root, "test.json", cancellationToken);
        return evaluation with
        {
            Fingerprint = test?.Fingerprint,
            Classes = test?.Classes ?? [],
            Images = (test?.Report?.Predictions ?? []).OfType<TestedImage>().Where(image => image.Id is not null).DistinctBy(image => image.Id)
                .ToDictionary(image => image.Id),
            Calibration = await DocumentAsync<JsonElement?>(root, "calibration.json", cancellationToken),
            Robustness = (await DocumentAsync<RobustnessDocument>(root, "robustness.json", cancellationToken))?.Report,
        };
    }

    private async Task<T?> DocumentAsync<T>(string root, string name, CancellationToken cancellationToken)
    {
        var path = ArtifactPath.Combine(root, $"{Folder}/{name}");
        if (await artifacts.FindAsync(path, cancellationToken) is not { } artifact) return default;
        if (artifact.Size > LargestDocument) throw Damaged(path, $"it has {artifact.Size} bytes");
        try
        {
            await using var stream = await artifacts.OpenAsync(artifact, 0, null, cancellationToken);
            return await JsonSerializer.DeserializeAsync<T>(stream, ApiJson.Options, cancellationToken);
        }
        catch (JsonException fault)
        {
            throw Damaged(path, fault.Message, fault);
        }
        catch (BlobMissingException fault)
        {
            throw Damaged(path, "its bytes are missing from the blob store", fault);
        }
    }

    private static RegistryException Damaged(string path, string fault, Exception? inner = null) => new(ErrorCode.Conflict,
        $"The evaluation {path} cannot be read: {fault}. Upload it again, or delete it to continue without it.", inner);
}
