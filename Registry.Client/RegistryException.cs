using System.Net;

namespace Linnaeus.Registry.Client;

/// <summary>A request failed, or the service is unavailable.</summary>
public sealed class RegistryException(HttpStatusCode? status, string errorCode, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Error code when there was no response.</summary>
    public const string Unreachable = "UNREACHABLE";

    /// <summary>Error code when the received bytes differ from the stored ones.</summary>
    public const string DigestMismatch = "DIGEST_MISMATCH";

    /// <summary>HTTP status, or null when there was no response.</summary>
    public HttpStatusCode? Status { get; } = status;

    /// <summary>
    /// MLflow's code, e.g. <c>RESOURCE_DOES_NOT_EXIST</c>; for a problem+json without one, the status in the same format, e.g.
    /// <c>CONFLICT</c>.
    /// </summary>
    public string ErrorCode { get; } = errorCode;

    /// <summary>All validation errors of a spec, by JSON path; otherwise empty.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; init; } = new Dictionary<string, string[]>();

    /// <summary>True when the same request may succeed later: no response, 408, 429 or 5xx.</summary>
    public bool IsTransient => Status is null or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)Status.Value >= 500;
}
