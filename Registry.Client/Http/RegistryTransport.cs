using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Linnaeus.Registry.Client.Http;

/// <summary>Sends requests, reads JSON responses and turns failures into <see cref="RegistryException"/>.</summary>
/// <param name="service">Name of the service in error messages.</param>
/// <param name="patient">Responses may take minutes, so use the long timeout.</param>
internal sealed class RegistryTransport(HttpClient http, string service = "Registry", bool patient = false)
{
    private static readonly HttpRequestOptionsKey<bool> Idempotent = new("Linnaeus.Idempotent");
    private static readonly HttpRequestOptionsKey<bool> Replayable = new("Linnaeus.Replayable");
    private static readonly HttpRequestOptionsKey<bool> Patient = new("Linnaeus.Patient");

    /// <summary>Timeout for reading a JSON response.</summary>
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(100);

    /// <summary>Sends <paramref name="body"/> (null for none) as JSON and reads the JSON response.</summary>
    /// <param name="idempotent">Whether a POST or PATCH may be retried.</param>
    public async Task<T> SendAsync<T>(
        HttpMethod method, string path, object? body, JsonSerializerOptions json, bool idempotent, CancellationToken cancellationToken) =>
        await TrySendAsync<T>(method, path, body, json, idempotent, cancellationToken)
        ?? throw new RegistryException(HttpStatusCode.NoContent, "EMPTY_ANSWER", $"{method} {path} returned an empty response. Check the versions of client and server.");

    /// <summary>Returns null for a 204.</summary>
    public Task<T?> TrySendAsync<T>(
        HttpMethod method, string path, object? body, JsonSerializerOptions json, bool idempotent, CancellationToken cancellationToken) =>
        SendIfAsync<T>(method, path, body, json, idempotent, null, cancellationToken);

    /// <summary>Sends a conditional request, such as <c>If-Match</c> with an ETag.</summary>
    public async Task<T?> SendIfAsync<T>(
        HttpMethod method,
        string path,
        object? body,
        JsonSerializerOptions json,
        bool idempotent,
        KeyValuePair<string, string>? condition,
        CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        if (condition is { } header)
            request.Headers.Add(header.Key, header.Value);
        request.Options.Set(Idempotent, idempotent);
        if (body is not null)
        {
            // Bytes, not a stream: the body has a length and can be resent.
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, json));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using var response = await SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NoContent)
            return default;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ReadTimeout);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(limit.Token);
            return await JsonSerializer.DeserializeAsync<T>(stream, json, limit.Token);
        }
        catch (JsonException error)
        {
            throw new RegistryException(response.StatusCode, "MALFORMED_ANSWER", $"{method} {path} returned unexpected JSON: {error.Message}", error);
        }
        catch (Exception error) when (IsConnectionFault(error, cancellationToken))
        {
            throw Unreachable(request, error, service);
        }
    }

    /// <summary>Sends a body that <paramref name="content"/> can produce again for every attempt.</summary>
    public async Task UploadAsync(string path, HttpContent content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = content };
        request.Options.Set(Replayable, true);
        using var response = await SendAsync(request, cancellationToken);
    }

    /// <summary>Returns the response before its body is read. The caller disposes it.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendAsync(request, cancellationToken);
    }

    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, path);
        using var response = await SendAsync(request, cancellationToken);
    }

    public static bool IsConnectionFault(Exception error, CancellationToken cancellationToken) =>
        error is HttpRequestException or IOException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    public static RegistryException Unreachable(HttpRequestMessage? request, Exception error, string service = "Registry") => new(
        null, RegistryException.Unreachable, $"{request?.Method} {request?.RequestUri} failed: {error.Message} Is the {service} running?", error);

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        request.Options.Set(Patient, patient);
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (Exception error) when (IsConnectionFault(error, cancellationToken))
        {
            throw Unreachable(request, error, service);
        }

        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await RegistryErrors.ReadAsync(response, cancellationToken);
    }
}
