using System.Net;

namespace Linnaeus.Registry.Client;

/// <summary>The Registry refused a request, or could not be reached.</summary>
public sealed class RegistryException(HttpStatusCode? status, string errorCode, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Error code when no answer came.</summary>
    public const string Unreachable = "UNREACHABLE";

    /// <summary>Error code when the bytes that came are not those that were stored.</summary>
    public const string DigestMismatch = "DIGEST_MISMATCH";

    /// <summary>HTTP status, or null when no answer came.</summary>
    public HttpStatusCode? Status { get; } = status;

    /// <summary>MLflow's code, e.g. <c>RESOURCE_DOES_NOT_EXIST</c>; for a problem+json without one, the status in the same spelling, e.g. <c>CONFLICT</c>.</summary>
    public string ErrorCode { get; } = errorCode;

    /// <summary>All faults of a refused spec, by JSON path; empty otherwise.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; init; } = new Dictionary<string, string[]>();

    /// <summary>True when the same request may succeed later: no answer, 408, 429 or 5xx.</summary>
    public bool IsTransient => Status is null or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)Status.Value >= 500;
}
