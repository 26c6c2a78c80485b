using System.Text.Json;
using Linnaeus.ServiceDefaults.Problems;

namespace Linnaeus.Explainer.Endpoints;

internal static class JsonBody
{
    private static readonly JsonDocumentOptions Shallow = new() { MaxDepth = 16 };

    /// <exception cref="ProblemException">400: not JSON.</exception>
    public static async Task<JsonDocument> ReadAsync(HttpRequest http, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonDocument.ParseAsync(http.Body, Shallow, cancellationToken);
        }
        catch (JsonException error)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, $"The body is not JSON: {error.Message}", inner: error);
        }
    }
}
