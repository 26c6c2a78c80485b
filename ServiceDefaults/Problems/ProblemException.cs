namespace Linnaeus.ServiceDefaults.Problems;

/// <summary>
/// Answers a request on <c>/api/*</c> with problem details (RFC 9457): thrown anywhere below an endpoint.
/// </summary>
/// <param name="status">HTTP status, 400 to 599.</param>
/// <param name="detail">What was wrong, where, and what to do, in one sentence for people.</param>
/// <param name="errors">All faults found, by JSON path of the faulty value; null when there is only the one.</param>
public sealed class ProblemException(int status, string detail, IReadOnlyDictionary<string, string[]>? errors = null, Exception? inner = null)
    : Exception(detail, inner)
{
    public int Status { get; } = status;

    public IReadOnlyDictionary<string, string[]>? Errors { get; } = errors;

    /// <summary>When the same request may succeed; told in the header <c>Retry-After</c>.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
