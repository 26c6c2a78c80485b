using System.Net;
using System.Net.Http.Json;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Linnaeus.ServiceDefaults.Resilience;

/// <summary>Which failed attempts are safe to retry.</summary>
internal static class RetryRules
{
    /// <summary>Set to true if a POST or PATCH may be repeated.</summary>
    public static readonly HttpRequestOptionsKey<bool> Idempotent = new("Linnaeus.Idempotent");

    /// <summary>Set to true if the request body can be produced again.</summary>
    public static readonly HttpRequestOptionsKey<bool> Replayable = new("Linnaeus.Replayable");

    /// <summary>Set to true if the response may take minutes to compute.</summary>
    public static readonly HttpRequestOptionsKey<bool> Patient = new("Linnaeus.Patient");

    public static bool ShouldRetry(HttpRequestMessage request, HttpResponseMessage? response, Exception? error) =>
        NeverSent(error) || (IsTransient(response, error) && IsIdempotent(request) && IsReplayable(request.Content, request));

    /// <summary>A connection failure or an overloaded or starting server, as opposed to a response about the request.</summary>
    private static bool IsTransient(HttpResponseMessage? response, Exception? error) =>
        error is HttpRequestException or TimeoutRejectedException or IOException
        || response?.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
            or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>An upload of a stream or of more than 1 MiB, or a request that waits for a long computation.</summary>
    public static bool TakesLong(HttpRequestMessage request) =>
        Has(request, Patient)
        || (request.Content is { } content && (content.Headers.ContentLength > 1 << 20 || (content.Headers.ContentLength is null && !IsInMemory(content))));

    private static bool NeverSent(Exception? error) => error is BrokenCircuitException
        or HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };

    private static bool IsIdempotent(HttpRequestMessage request) =>
        Has(request, Idempotent) || request.Method.Method is "GET" or "HEAD" or "PUT" or "DELETE" or "OPTIONS";

    // A forward-only stream is consumed by the first attempt; JSON, text and byte contents are not.
    private static bool IsReplayable(HttpContent? content, HttpRequestMessage request) =>
        content is null || IsInMemory(content) || Has(request, Replayable);

    private static bool Has(HttpRequestMessage request, HttpRequestOptionsKey<bool> mark) => request.Options.TryGetValue(mark, out var marked) && marked;

    private static bool IsInMemory(HttpContent content) => content is ByteArrayContent or ReadOnlyMemoryContent or JsonContent;
}
