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
        var group = app.MapGroup("/api/explanations").WithTags("Explanations").AddEndpointFilter(RegistryFaults.Translate);
        group.MapPost("/", ExplainAsync).WithSummary("Explain an image; the same request on the same version returns the stored result.")
            .Accepts<ExplanationRequest>("application/json").Produces<ExplanationAnswer>().ProducesFaults();
        group.MapPost("/compare", CompareAsync).WithSummary("The same images through two versions, with the similarity of their maps.")
            .Accepts<ComparisonRequest>("application/json").Produces<ComparisonAnswer>().ProducesFaults();
        group.MapGet("/", ListAsync).WithSummary("Explanations of a version (model=models:/NAME/VERSION or model=models:/NAME@ALIAS), newest first.")
            .Produces<ExplanationAnswers>().ProducesFaults();
        group.MapGet("/{id}", GetAsync).WithSummary("One explanation.").Produces<ExplanationAnswer>().ProducesFaults();
        group.MapGet("/{id}/{file}", GetFileAsync)
            .WithSummary($"A file of an explanation: {string.Join(", ", ExplanationStore.MediaTypes.Keys)}.").ProducesFaults();
    }

    private static async Task<JsonObject> ExplainAsync(HttpRequest http, ExplanationService service, CancellationToken cancellationToken)
    {
        using var body = await JsonBody.ReadAsync(http, cancellationToken);
        var request = RequestReader.ReadExplanation(body.RootElement);
        return Answers.Of(await service.ExplainAsync(request, refuseWhenFull: true, cancellationToken), http);
    }

    private static async Task<JsonObject> CompareAsync(HttpRequest http, ComparisonService service, CancellationToken cancellationToken)
    {
        using var body = await JsonBody.ReadAsync(http, cancellationToken);
        return Answers.Of(await service.CompareAsync(RequestReader.ReadComparison(body.RootElement), cancellationToken), http);
    }

    private static async Task<JsonObject> ListAsync(HttpRequest http, string? model, RegistryClient registry, CancellationToken cancellationToken)
    {
        if (!ModelUri.TryParse(model, out var uri))
            throw new ProblemException(StatusCodes.Status400BadRequest,
                $"'{model}' does not name a version; ask for /api/explanations?model=models:/NAME/VERSION or models:/NAME@ALIAS.");
        var records = await registry.Explanations.ListAsync(uri, cancellationToken);
        return new JsonObject { ["explanations"] = new JsonArray([.. records.Select(record => Answers.Of(record, http))]) };
    }

    private static async Task<JsonObject> GetAsync(HttpRequest http, string id, ExplanationStore store, CancellationToken cancellationToken) =>
        Answers.Of(await FindAsync(id, store, cancellationToken), http);

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
}
