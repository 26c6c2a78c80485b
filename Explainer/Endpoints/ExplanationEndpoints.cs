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
        group.MapPost("/", ExplainAsync).WithSummary("Explain a model's prediction for an image; repeated requests return the stored result.")
            .Accepts<ExplanationRequest>("application/json").Produces<ExplanationAnswer>().ProducesFaults();
        group.MapPost("/compare", CompareAsync).WithSummary("Compare two model versions on the same images, with the similarity of their attribution maps.")
            .Accepts<ComparisonRequest>("application/json").Produces<ComparisonAnswer>().ProducesFaults();
        group.MapGet("/", ListAsync).WithSummary("List the explanations of a model version (model=models:/NAME/VERSION or model=models:/NAME@ALIAS), newest first.")
            .Produces<ExplanationAnswers>().ProducesFaults();
        group.MapGet("/{id}", GetAsync).WithSummary("Get an explanation.").Produces<ExplanationAnswer>().ProducesFaults();
        group.MapGet("/{id}/{file}", GetFileAsync)
            .WithSummary($"Download a file of an explanation: {string.Join(", ", ExplanationStore.MediaTypes.Keys)}.").ProducesFaults();
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
                $"'{model}' is not a model version. Use /api/explanations?model=models:/NAME/VERSION or models:/NAME@ALIAS.");
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
                $"An explanation has no file '{file}'. Available: {string.Join(", ", ExplanationStore.MediaTypes.Keys)}.");
        var record = await FindAsync(id, store, cancellationToken);
        response.Headers.CacheControl = "private, max-age=31536000, immutable"; // an id always names the same content
        return Results.Bytes(await store.ReadAsync(record, file, cancellationToken), type);
    }

    private static async Task<ExplanationRecord> FindAsync(string id, ExplanationStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) ?? throw new ProblemException(StatusCodes.Status404NotFound, $"Explanation '{id}' not found.");
}
