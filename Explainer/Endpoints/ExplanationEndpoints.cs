using System.Text.Json;
using System.Text.Json.Nodes;
using Linnaeus.Explainer.Engine;
using Linnaeus.Explainer.Requests;
using Linnaeus.Registry.Client;
using Linnaeus.ServiceDefaults.Problems;

namespace Linnaeus.Explainer.Endpoints;

/// <summary><c>/api/explanations</c>.</summary>
public static class ExplanationEndpoints
{
    public static void MapExplanations(this WebApplication app)
    {
        var group = app.MapGroup("/api/explanations").AddEndpointFilter(RegistryFaults.Translate);
        group.MapPost("/", ExplainAsync);
        group.MapGet("/", ListAsync);
        group.MapGet("/{id}", GetAsync);
        group.MapGet("/{id}/{file}", GetFileAsync);
    }

    private static async Task<JsonObject> ExplainAsync(HttpRequest http, ExplanationService service, CancellationToken cancellationToken)
    {
        using var body = await ReadJsonAsync(http, cancellationToken);
        var (request, faults) = ExplanationRequestReader.Read(body.RootElement);
        if (request is null)
            throw new ProblemException(StatusCodes.Status400BadRequest,
                "The request is not valid. " + string.Join(' ', faults.Select(fault => $"{fault.Key}: {fault.Value[0]}")), faults.AsReadOnly());
        return ExplanationAnswer.Of(await service.ExplainAsync(request, refuseWhenFull: true, cancellationToken), Root(http));
    }

    private static async Task<JsonObject> ListAsync(HttpRequest http, string? model, RegistryClient registry, CancellationToken cancellationToken)
    {
        if (!ModelUri.TryParse(model, out var uri))
            throw new ProblemException(StatusCodes.Status400BadRequest,
                $"'{model}' does not name a version; ask for /api/explanations?model=models:/NAME/VERSION or models:/NAME@ALIAS.");
        var records = await registry.Explanations.ListAsync(uri, cancellationToken);
        return new JsonObject { ["explanations"] = new JsonArray([.. records.Select(record => ExplanationAnswer.Of(record, Root(http)))]) };
    }

    private static async Task<JsonObject> GetAsync(HttpRequest http, string id, ExplanationStore store, CancellationToken cancellationToken) =>
        ExplanationAnswer.Of(await FindAsync(id, store, cancellationToken), Root(http));

    private static async Task<IResult> GetFileAsync(
        HttpResponse response, string id, string file, ExplanationStore store, CancellationToken cancellationToken)
    {
        if (!ExplanationStore.MediaTypes.TryGetValue(file, out var type))
            throw new ProblemException(StatusCodes.Status404NotFound,
                $"An explanation has no file '{file}'; it has {string.Join(", ", ExplanationStore.MediaTypes.Keys)}.");
        var record = await FindAsync(id, store, cancellationToken);
        response.Headers.CacheControl = "private, max-age=31536000, immutable"; // an id stands for one content
        return Results.Bytes(await store.ReadAsync(record, file, cancellationToken), type);
    }

    private static async Task<ExplanationRecord> FindAsync(string id, ExplanationStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) ?? throw new ProblemException(StatusCodes.Status404NotFound, $"There is no explanation '{id}'.");

    private static async Task<JsonDocument> ReadJsonAsync(HttpRequest http, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonDocument.ParseAsync(http.Body, default, cancellationToken);
        }
        catch (JsonException error)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, $"The body is not JSON: {error.Message}", inner: error);
        }
    }

    private static string Root(HttpRequest http) => $"{http.Scheme}://{http.Host}{http.PathBase}";
}
