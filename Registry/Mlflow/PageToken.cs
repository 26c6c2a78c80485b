using System.Globalization;
using System.Text;
using System.Text.Json;
using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Mlflow;

/// <summary>The offset of the next page, as the opaque token of MLflow's clients.</summary>
internal static class PageToken
{
    public static string Create(long offset) => Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"offset": {{offset.ToString(CultureInfo.InvariantCulture)}}}"""));

    public static long Parse(string? token)
    {
        if (string.IsNullOrEmpty(token)) return 0;
        try
        {
            using var document = JsonDocument.Parse(Convert.FromBase64String(token));
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("offset", out var offset)
                && offset.TryGetInt64(out var value) && value >= 0) return value;
        }
        catch (FormatException exception)
        {
            throw new RegistryException(ErrorCode.InvalidParameterValue,
                $"Invalid page token, could not base64-decode '{token}': use the next_page_token of an earlier response.", exception);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new RegistryException(ErrorCode.InvalidParameterValue, Invalid(token), exception);
        }
        throw RegistryException.Invalid(Invalid(token));
    }

    private static string Invalid(string token) => $"Invalid page token '{token}': use the next_page_token of an earlier response.";
}
