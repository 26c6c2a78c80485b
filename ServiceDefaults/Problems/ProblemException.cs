namespace Linnaeus.ServiceDefaults.Problems;

/// <summary>
/// An error that becomes problem details (RFC 9457) on <c>/api/*</c>; can be thrown anywhere below an endpoint.
/// </summary>
/// <param name="status">HTTP status, 400 to 599.</param>
/// <param name="detail">What is wrong, where, and what to do.</param>
/// <param name="errors">All errors by JSON path of the invalid value; null for a single error.</param>
public sealed class ProblemException(int status, string detail, IReadOnlyDictionary<string, string[]>? errors = null, Exception? inner = null)
    : Exception(detail, inner)
{
    public int Status { get; } = status;

    public IReadOnlyDictionary<string, string[]>? Errors { get; } = errors;

    /// <summary>When the same request may succeed; sent as <c>Retry-After</c>.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
