using System.Text.Json;

namespace Linnaeus.Contracts;

/// <summary>
/// An explanation stored with a version. Its files are artifacts of the version's run below <see cref="ArtifactPath"/>.
/// <c>PUT /api/explanations/{id}</c> stores one, <c>GET /api/explanations?model=models:/name/3</c> lists (newest first),
/// <c>GET /api/explanations/{id}</c> reads one.
/// </summary>
public sealed record ExplanationRecord
{
    /// <summary>
    /// 32 hex digits, derived from the request and the version's checksum, so that the same request finds the stored result.
    /// </summary>
    public required string Id { get; init; }
    public required string Model { get; init; }
    public required string Version { get; init; }
    public required ExplanationMethod Method { get; init; }
    public required string RunId { get; init; }

    /// <summary>Folder in the run's artifacts, e.g. <c>explanations/ID</c>.</summary>
    public required string ArtifactPath { get; init; }

    /// <summary>The Explainer's summary: predicted class, probabilities, target, completeness error, parameters.</summary>
    public required JsonElement Summary { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Answer of <c>GET /api/explanations</c>.</summary>
public sealed record ExplanationList(IReadOnlyList<ExplanationRecord> Explanations);
