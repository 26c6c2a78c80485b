using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Linnaeus.Registry.Client.Http;

/// <summary>Reads both error formats of the Registry: MLflow's <c>error_code</c> and <c>message</c>, and problem+json.</summary>
internal static partial class RegistryErrors
{
    private const int LongestBody = 64 * 1024;

    public static async Task<RegistryException> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await ReadTextAsync(response, cancellationToken);
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
                return Read(json.RootElement, response.StatusCode);
        }
        catch (JsonException)
        {
            // Not JSON: a proxy or another server answered, so its text is the best message.
        }

        var words = text.Length > 500 ? text[..500] + "..." : text;
        return new RegistryException(
            response.StatusCode,
            CodeOf(response.StatusCode),
            $"{response.RequestMessage?.Method} {response.RequestMessage?.RequestUri} failed with HTTP {(int)response.StatusCode}: {words}");
    }

    private static RegistryException Read(JsonElement json, HttpStatusCode status)
    {
        if (TextOf(json, "error_code") is { } code)
            return new RegistryException(status, code, TextOf(json, "message") ?? code);

        var message = TextOf(json, "detail") ?? TextOf(json, "title") ?? $"HTTP {(int)status}";
        return new RegistryException(status, TextOf(json, "code") ?? CodeOf(status), message) { Errors = FaultsOf(json) };
    }

    private static Dictionary<string, string[]> FaultsOf(JsonElement json)
    {
        if (!json.TryGetProperty("errors", out var errors) || errors.ValueKind != JsonValueKind.Object)
            return [];
        return errors.EnumerateObject().Where(e => e.Value.ValueKind == JsonValueKind.Array).ToDictionary(
            e => e.Name, e => e.Value.EnumerateArray().Select(text => text.ToString()).ToArray());
    }

    private static async Task<string> ReadTextAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            var buffer = new byte[LongestBody];
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            return Encoding.UTF8.GetString(buffer, 0, length);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return $"(incomplete response: {error.Message})";
        }
    }

    private static string? TextOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary><c>NotFound</c> becomes <c>NOT_FOUND</c>.</summary>
    private static string CodeOf(HttpStatusCode status) => WordStart().Replace(status.ToString(), "_").ToUpperInvariant();

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex WordStart();
}
